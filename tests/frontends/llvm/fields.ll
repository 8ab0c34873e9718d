@shared = global { ptr, i64, i32, [4 x i32], i16 } zeroinitializer, !dbg !5
@hidden = internal global ptr null, !dbg !0
define void @fill(ptr %0, ptr %1, ptr %2) !dbg !57 {
    #dbg_value(ptr %0, !65, !DIExpression(), !68)
    #dbg_value(ptr %1, !66, !DIExpression(), !68)
    #dbg_value(ptr %2, !67, !DIExpression(), !68)
  %4 = load ptr, ptr %0, align 8
  %5 = getelementptr inbounds i8, ptr %4, i64 8
  %6 = load i32, ptr %5, align 8
  %7 = icmp eq i32 %6, 3
  br i1 %7, label %8, label %40

8:
  %9 = getelementptr inbounds i8, ptr %0, i64 8
  %10 = load i64, ptr %9, align 8
  %11 = icmp eq i64 %10, 4
  br i1 %11, label %12, label %40

12:
  %13 = getelementptr inbounds i8, ptr %0, i64 16
  %14 = load i8, ptr %13, align 8
  %15 = and i8 %14, 7
  %16 = icmp eq i8 %15, 2
  br i1 %16, label %17, label %40

17:
  %18 = getelementptr inbounds i8, ptr %0, i64 28
  %19 = load i32, ptr %18, align 4
  %20 = icmp eq i32 %19, 5
  br i1 %20, label %21, label %40

21:
  %22 = getelementptr inbounds i8, ptr %0, i64 36
  %23 = load i16, ptr %22, align 4
  %24 = icmp eq i16 %23, 6
  br i1 %24, label %25, label %40

25:
  %26 = load ptr, ptr @shared, align 8
  %27 = load i64, ptr %26, align 8
  %28 = icmp eq i64 %27, 7
  br i1 %28, label %29, label %40

29:
  %30 = load ptr, ptr @hidden, align 8
  %31 = getelementptr inbounds i8, ptr %30, i64 8
  %32 = load i32, ptr %31, align 8
  %33 = icmp eq i32 %32, 8
  br i1 %33, label %34, label %40

34:
  %35 = load ptr, ptr %2, align 8
  %36 = getelementptr inbounds i8, ptr %35, i64 8
  %37 = load i32, ptr %36, align 8
  %38 = icmp eq i32 %37, 9
  br i1 %38, label %39, label %40

39:
  store i64 1, ptr %1, align 8, !nontemporal !90
  br label %40

40:
  ret void
}
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!38}
!0 = !DIGlobalVariableExpression(var: !1, expr: !DIExpression())
!1 = distinct !DIGlobalVariable(name: "hidden", scope: !2, file: !7, line: 11, type: !13, isLocal: true, isDefinition: true)
!2 = distinct !DICompileUnit(language: DW_LANG_C11, file: !3, emissionKind: FullDebug)
!3 = !DIFile(filename: "fill.c", directory: "")
!5 = !DIGlobalVariableExpression(var: !6, expr: !DIExpression())
!6 = distinct !DIGlobalVariable(name: "shared", scope: !2, file: !7, line: 10, type: !8, isLocal: false, isDefinition: true)
!7 = !DIFile(filename: "fill.c", directory: "")
!8 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "ctx", size: 320, elements: !9)
!9 = !{!10, !20, !26, !28, !35}
!10 = !DIDerivedType(tag: DW_TAG_member, name: "list", baseType: !11, size: 64)
!11 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !12)
!12 = !DIDerivedType(tag: DW_TAG_typedef, name: "list_t", baseType: !13)
!13 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !14, size: 64)
!14 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "inner", size: 128, elements: !15)
!15 = !{!16, !18}
!16 = !DIDerivedType(tag: DW_TAG_member, name: "first", baseType: !17, size: 64)
!17 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
!18 = !DIDerivedType(tag: DW_TAG_member, name: "kind", baseType: !19, size: 32, offset: 64)
!19 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!20 = !DIDerivedType(tag: DW_TAG_member, baseType: !21, size: 64, offset: 64)
!21 = distinct !DICompositeType(tag: DW_TAG_union_type, size: 64, elements: !22)
!22 = !{!23, !24}
!23 = !DIDerivedType(tag: DW_TAG_member, name: "a", baseType: !17, size: 64)
!24 = !DIDerivedType(tag: DW_TAG_member, name: "b", baseType: !25, size: 64)
!25 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: null, size: 64)
!26 = !DIDerivedType(tag: DW_TAG_member, name: "low", baseType: !27, size: 3, offset: 128, flags: DIFlagBitField, extraData: i64 128)
!27 = !DIBasicType(name: "unsigned int", size: 32, encoding: DW_ATE_unsigned)
!28 = !DIDerivedType(tag: DW_TAG_member, name: "row", baseType: !29, size: 128, offset: 160)
!29 = distinct !DICompositeType(tag: DW_TAG_structure_type, size: 128, elements: !30)
!30 = !{!31}
!31 = !DIDerivedType(tag: DW_TAG_member, name: "x", baseType: !32, size: 128)
!32 = !DICompositeType(tag: DW_TAG_array_type, baseType: !19, size: 128, elements: !33)
!33 = !{!34}
!34 = !DISubrange(count: 4)
!35 = !DIDerivedType(tag: DW_TAG_member, name: "s", baseType: !36, size: 16, offset: 288)
!36 = !DIBasicType(name: "unsigned short", size: 16, encoding: DW_ATE_unsigned)
!38 = !{i32 2, !"Debug Info Version", i32 3}
!57 = distinct !DISubprogram(name: "fill", scope: !7, file: !7, line: 13, type: !58, spFlags: DISPFlagDefinition, unit: !2, retainedNodes: !64)
!58 = !DISubroutineType(types: !59)
!59 = !{null, !60, !62, !63}
!60 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !61, size: 64)
!61 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !8)
!62 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !17, size: 64)
!63 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !13, size: 64)
!64 = !{!65, !66, !67}
!65 = !DILocalVariable(name: "ctx", arg: 1, scope: !57, file: !7, line: 13, type: !60)
!66 = !DILocalVariable(name: "out", arg: 2, scope: !57, file: !7, line: 13, type: !62)
!67 = !DILocalVariable(name: "list", arg: 3, scope: !57, file: !7, line: 13, type: !63)
!68 = !DILocation(line: 0, scope: !57)
!90 = !{i32 1}
