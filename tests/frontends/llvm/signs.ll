target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; Function Attrs: nounwind uwtable
define dso_local void @fill(ptr noundef %0, i32 noundef %1, i32 noundef %2, i64 noundef %3, ptr nocapture noundef readonly %4) !dbg !21 {
    #dbg_value(ptr %0, !39, !DIExpression(), !44)
    #dbg_value(i32 %1, !40, !DIExpression(), !44)
    #dbg_value(i32 %2, !41, !DIExpression(), !44)
    #dbg_value(i64 %3, !42, !DIExpression(), !44)
    #dbg_value(ptr %4, !43, !DIExpression(), !44)
    #dbg_value(ptr %0, !45, !DIExpression(), !51)
    #dbg_value(i64 1, !50, !DIExpression(), !51)
  tail call void asm sideeffect "movnti $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr elementtype(i64) %0, i64 1), !dbg !53, !srcloc !54
  %6 = icmp sgt i32 %1, -1, !dbg !55
  %7 = icmp ne i32 %2, 3
  %8 = and i1 %6, %7, !dbg !57
  %9 = icmp sgt i64 %3, -5
  %10 = and i1 %8, %9, !dbg !57
  br i1 %10, label %11, label %35, !dbg !57

11:                                               ; preds = %5
  %12 = load i32, ptr %4, align 8, !dbg !58, !tbaa !59
  %13 = icmp sgt i32 %12, -1, !dbg !65
  br i1 %13, label %14, label %35, !dbg !66

14:                                               ; preds = %11
  %15 = getelementptr inbounds i8, ptr %4, i64 4, !dbg !67
  %16 = load i32, ptr %15, align 4, !dbg !67, !tbaa !68
  %17 = icmp eq i32 %16, 4, !dbg !69
  br i1 %17, label %35, label %18, !dbg !70

18:                                               ; preds = %14
  %19 = getelementptr inbounds i8, ptr %4, i64 8, !dbg !71
  %20 = load i64, ptr %19, align 8, !dbg !71, !tbaa !72
  %21 = icmp eq i64 %20, 7, !dbg !73
  br i1 %21, label %35, label %22, !dbg !74

22:                                               ; preds = %18
  %23 = getelementptr inbounds i8, ptr %4, i64 16, !dbg !75
  %24 = load i8, ptr %23, align 8, !dbg !75, !tbaa !76
  %25 = icmp sgt i8 %24, 1, !dbg !77
  br i1 %25, label %26, label %35, !dbg !78

26:                                               ; preds = %22
  %27 = getelementptr inbounds i8, ptr %4, i64 20, !dbg !79
  %28 = load i32, ptr %27, align 4, !dbg !79, !tbaa !80
  %29 = icmp eq i32 %28, 1, !dbg !81
  br i1 %29, label %35, label %30, !dbg !82

30:                                               ; preds = %26
  %31 = getelementptr inbounds i8, ptr %4, i64 24, !dbg !83
  %32 = load i32, ptr %31, align 8, !dbg !83, !tbaa !84
  %33 = icmp eq i32 %32, 1, !dbg !85
  br i1 %33, label %35, label %34, !dbg !86

34:                                               ; preds = %30
  tail call void asm sideeffect "sfence", "~{memory},~{dirflag},~{fpsr},~{flags}"(), !dbg !87, !srcloc !92
  br label %35, !dbg !93

35:                                               ; preds = %34, %30, %26, %22, %18, %14, %11, %5
  ret void, !dbg !94
}


!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!13, !14, !15, !16, !17, !18, !19}

!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "Debian clang version 19.1.7 (3~deb12u1)", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, enums: !2, splitDebugInlining: false, nameTableKind: None)
!1 = !DIFile(filename: "signs.c", directory: "/src", checksumkind: CSK_MD5, checksum: "4092364333acd96e1028bca827518d7b")
!2 = !{!3, !8}
!3 = !DICompositeType(tag: DW_TAG_enumeration_type, name: "small", file: !1, line: 2, baseType: !4, size: 32, elements: !5)
!4 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!5 = !{!6, !7}
!6 = !DIEnumerator(name: "LOW", value: -1)
!7 = !DIEnumerator(name: "HIGH", value: 1)
!8 = !DICompositeType(tag: DW_TAG_enumeration_type, name: "plain", file: !1, line: 3, baseType: !9, size: 32, elements: !10)
!9 = !DIBasicType(name: "unsigned int", size: 32, encoding: DW_ATE_unsigned)
!10 = !{!11, !12}
!11 = !DIEnumerator(name: "ZERO", value: 0)
!12 = !DIEnumerator(name: "ONE", value: 1)
!13 = !{i32 7, !"Dwarf Version", i32 5}
!14 = !{i32 2, !"Debug Info Version", i32 3}
!15 = !{i32 1, !"wchar_size", i32 4}
!16 = !{i32 8, !"PIC Level", i32 2}
!17 = !{i32 7, !"PIE Level", i32 2}
!18 = !{i32 7, !"uwtable", i32 2}
!19 = !{i32 7, !"debug-info-assignment-tracking", i1 true}
!20 = !{!"Debian clang version 19.1.7 (3~deb12u1)"}
!21 = distinct !DISubprogram(name: "fill", scope: !1, file: !1, line: 8, type: !22, scopeLine: 9, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !0, retainedNodes: !38)
!22 = !DISubroutineType(types: !23)
!23 = !{null, !24, !4, !9, !26, !27}
!24 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !25, size: 64)
!25 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
!26 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !25)
!27 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !28, size: 64)
!28 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "s", file: !1, line: 5, size: 256, elements: !29)
!29 = !{!30, !32, !33, !34, !36, !37}
!30 = !DIDerivedType(tag: DW_TAG_member, name: "k", scope: !28, file: !1, line: 5, baseType: !31, size: 32)
!31 = !DIDerivedType(tag: DW_TAG_typedef, name: "number", file: !1, line: 4, baseType: !4)
!32 = !DIDerivedType(tag: DW_TAG_member, name: "u", scope: !28, file: !1, line: 5, baseType: !9, size: 32, offset: 32)
!33 = !DIDerivedType(tag: DW_TAG_member, name: "wide", scope: !28, file: !1, line: 5, baseType: !25, size: 64, offset: 64)
!34 = !DIDerivedType(tag: DW_TAG_member, name: "c", scope: !28, file: !1, line: 5, baseType: !35, size: 8, offset: 128)
!35 = !DIBasicType(name: "signed char", size: 8, encoding: DW_ATE_signed_char)
!36 = !DIDerivedType(tag: DW_TAG_member, name: "e", scope: !28, file: !1, line: 5, baseType: !3, size: 32, offset: 160)
!37 = !DIDerivedType(tag: DW_TAG_member, name: "f", scope: !28, file: !1, line: 5, baseType: !8, size: 32, offset: 192)
!38 = !{!39, !40, !41, !42, !43}
!39 = !DILocalVariable(name: "d", arg: 1, scope: !21, file: !1, line: 8, type: !24)
!40 = !DILocalVariable(name: "n", arg: 2, scope: !21, file: !1, line: 8, type: !4)
!41 = !DILocalVariable(name: "m", arg: 3, scope: !21, file: !1, line: 8, type: !9)
!42 = !DILocalVariable(name: "w", arg: 4, scope: !21, file: !1, line: 8, type: !26)
!43 = !DILocalVariable(name: "s", arg: 5, scope: !21, file: !1, line: 8, type: !27)
!44 = !DILocation(line: 0, scope: !21)
!45 = !DILocalVariable(name: "p", arg: 1, scope: !46, file: !1, line: 6, type: !24)
!46 = distinct !DISubprogram(name: "nt", scope: !1, file: !1, line: 6, type: !47, scopeLine: 6, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0, retainedNodes: !49)
!47 = !DISubroutineType(types: !48)
!48 = !{null, !24, !25}
!49 = !{!45, !50}
!50 = !DILocalVariable(name: "v", arg: 2, scope: !46, file: !1, line: 6, type: !25)
!51 = !DILocation(line: 0, scope: !46, inlinedAt: !52)
!52 = distinct !DILocation(line: 10, column: 2, scope: !21)
!53 = !DILocation(line: 6, column: 42, scope: !46, inlinedAt: !52)
!54 = !{i64 275}
!55 = !DILocation(line: 11, column: 8, scope: !56)
!56 = distinct !DILexicalBlock(scope: !21, file: !1, line: 11, column: 6)
!57 = !DILocation(line: 11, column: 13, scope: !56)
!58 = !DILocation(line: 11, column: 39, scope: !56)
!59 = !{!60, !61, i64 0}
!60 = !{!"s", !61, i64 0, !61, i64 4, !64, i64 8, !62, i64 16, !61, i64 20, !61, i64 24}
!61 = !{!"int", !62, i64 0}
!62 = !{!"omnipotent char", !63, i64 0}
!63 = !{!"Simple C/C++ TBAA"}
!64 = !{!"long", !62, i64 0}
!65 = !DILocation(line: 11, column: 41, scope: !56)
!66 = !DILocation(line: 11, column: 46, scope: !56)
!67 = !DILocation(line: 11, column: 52, scope: !56)
!68 = !{!60, !61, i64 4}
!69 = !DILocation(line: 11, column: 54, scope: !56)
!70 = !DILocation(line: 11, column: 59, scope: !56)
!71 = !DILocation(line: 11, column: 65, scope: !56)
!72 = !{!60, !64, i64 8}
!73 = !DILocation(line: 11, column: 70, scope: !56)
!74 = !DILocation(line: 11, column: 75, scope: !56)
!75 = !DILocation(line: 11, column: 81, scope: !56)
!76 = !{!60, !62, i64 16}
!77 = !DILocation(line: 11, column: 83, scope: !56)
!78 = !DILocation(line: 11, column: 87, scope: !56)
!79 = !DILocation(line: 11, column: 93, scope: !56)
!80 = !{!60, !61, i64 20}
!81 = !DILocation(line: 11, column: 95, scope: !56)
!82 = !DILocation(line: 11, column: 103, scope: !56)
!83 = !DILocation(line: 11, column: 109, scope: !56)
!84 = !{!60, !61, i64 24}
!85 = !DILocation(line: 11, column: 111, scope: !56)
!86 = !DILocation(line: 11, column: 6, scope: !21)
!87 = !DILocation(line: 7, column: 31, scope: !88, inlinedAt: !91)
!88 = distinct !DISubprogram(name: "sf", scope: !1, file: !1, line: 7, type: !89, scopeLine: 7, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!89 = !DISubroutineType(types: !90)
!90 = !{null}
!91 = distinct !DILocation(line: 12, column: 3, scope: !56)
!92 = !{i64 362}
!93 = !DILocation(line: 12, column: 3, scope: !56)
!94 = !DILocation(line: 13, column: 1, scope: !21)
