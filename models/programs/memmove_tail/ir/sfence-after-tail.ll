; ModuleID = 'models/programs/memmove_tail/memmove_tail.c'
source_filename = "models/programs/memmove_tail/memmove_tail.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@.str = private unnamed_addr constant [7 x i8] c"sfence\00", align 1

; Function Attrs: nounwind uwtable
define dso_local noundef ptr @memmove_tail(ptr noundef returned %dst, ptr noundef %src, i64 noundef %n) local_unnamed_addr #0 !dbg !9 {
entry:
  %0 = add i64 %n, -64, !dbg !12
  %1 = icmp ult i64 %0, 1099511627713, !dbg !12
  tail call void @ordercheck_assume(i1 noundef zeroext %1) #2, !dbg !13
  %2 = load volatile <2 x i64>, ptr %src, align 1, !dbg !14, !tbaa !17
  %add.ptr = getelementptr inbounds i8, ptr %src, i64 %n, !dbg !20
  %add.ptr2 = getelementptr inbounds i8, ptr %add.ptr, i64 -16, !dbg !21
  %3 = load volatile <2 x i64>, ptr %add.ptr2, align 1, !dbg !22, !tbaa !17
  %4 = ptrtoint ptr %dst to i64, !dbg !24
  %rem = and i64 %4, 15, !dbg !25
  %sub = sub nuw nsw i64 16, %rem, !dbg !26
  %sub4 = add i64 %n, -16
  %cmp529 = icmp ult i64 %sub, %sub4, !dbg !27
  br i1 %cmp529, label %for.body, label %for.cond.cleanup, !dbg !28

for.cond.cleanup:                                 ; preds = %for.body, %entry
  store <2 x i64> %2, ptr %dst, align 1, !dbg !29, !tbaa !17
  tail call void @ordercheck_lasting(ptr noundef nonnull %dst, i64 noundef 16) #2, !dbg !32
  %add.ptr9 = getelementptr inbounds i8, ptr %dst, i64 %n, !dbg !33
  %add.ptr10 = getelementptr inbounds i8, ptr %add.ptr9, i64 -16, !dbg !34
  store <2 x i64> %3, ptr %add.ptr10, align 1, !dbg !35, !tbaa !17
  tail call void @ordercheck_lasting(ptr noundef nonnull %add.ptr10, i64 noundef 16) #2, !dbg !37
  tail call void @ordercheck_label(ptr noundef nonnull @.str) #2, !dbg !38
  tail call void @llvm.x86.sse.sfence(), !dbg !41
  ret ptr %dst, !dbg !42

for.body:                                         ; preds = %entry, %for.body
  %i.030 = phi i64 [ %add, %for.body ], [ %sub, %entry ]
  %add.ptr6 = getelementptr inbounds i8, ptr %dst, i64 %i.030, !dbg !43
  %add.ptr7 = getelementptr inbounds i8, ptr %src, i64 %i.030, !dbg !44
  %5 = load volatile <2 x i64>, ptr %add.ptr7, align 1, !dbg !45, !tbaa !17
  store <2 x i64> %5, ptr %add.ptr6, align 16, !dbg !47, !tbaa !17, !nontemporal !48
  %add = add i64 %i.030, 16, !dbg !49
  %cmp5 = icmp ult i64 %add, %sub4, !dbg !27
  br i1 %cmp5, label %for.body, label %for.cond.cleanup, !dbg !28, !llvm.loop !50
}

declare !dbg !53 void @ordercheck_assume(i1 noundef zeroext) local_unnamed_addr #1

declare !dbg !55 void @ordercheck_lasting(ptr noundef, i64 noundef) local_unnamed_addr #1

declare !dbg !56 void @ordercheck_label(ptr noundef) local_unnamed_addr #1

; Function Attrs: nounwind
declare void @llvm.x86.sse.sfence() #2

attributes #0 = { nounwind uwtable "min-legal-vector-width"="128" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+avx,+cmov,+crc32,+cx8,+fxsr,+mmx,+popcnt,+sse,+sse2,+sse3,+sse4.1,+sse4.2,+ssse3,+x87,+xsave" "tune-cpu"="generic" }
attributes #1 = { "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+avx,+cmov,+crc32,+cx8,+fxsr,+mmx,+popcnt,+sse,+sse2,+sse3,+sse4.1,+sse4.2,+ssse3,+x87,+xsave" "tune-cpu"="generic" }
attributes #2 = { nounwind }

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3, !4, !5, !6, !7}
!llvm.ident = !{!8}

!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "Debian clang version 19.1.7 (3~deb12u1)", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!1 = !DIFile(filename: "models/programs/memmove_tail/memmove_tail.c", directory: ".")
!2 = !{i32 7, !"Dwarf Version", i32 4}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = !{i32 1, !"wchar_size", i32 4}
!5 = !{i32 8, !"PIC Level", i32 2}
!6 = !{i32 7, !"PIE Level", i32 2}
!7 = !{i32 7, !"uwtable", i32 2}
!8 = !{!"Debian clang version 19.1.7 (3~deb12u1)"}
!9 = distinct !DISubprogram(name: "memmove_tail", scope: !1, file: !1, line: 49, type: !10, scopeLine: 50, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!10 = !DISubroutineType(types: !11)
!11 = !{}
!12 = !DILocation(line: 51, column: 35, scope: !9)
!13 = !DILocation(line: 51, column: 2, scope: !9)
!14 = !DILocation(line: 35, column: 9, scope: !15, inlinedAt: !16)
!15 = distinct !DISubprogram(name: "load", scope: !1, file: !1, line: 33, type: !10, scopeLine: 34, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!16 = distinct !DILocation(line: 53, column: 21, scope: !9)
!17 = !{!18, !18, i64 0}
!18 = !{!"omnipotent char", !19, i64 0}
!19 = !{!"Simple C/C++ TBAA"}
!20 = !DILocation(line: 54, column: 30, scope: !9)
!21 = !DILocation(line: 54, column: 34, scope: !9)
!22 = !DILocation(line: 35, column: 9, scope: !15, inlinedAt: !23)
!23 = distinct !DILocation(line: 54, column: 21, scope: !9)
!24 = !DILocation(line: 56, column: 33, scope: !9)
!25 = !DILocation(line: 56, column: 52, scope: !9)
!26 = !DILocation(line: 56, column: 31, scope: !9)
!27 = !DILocation(line: 56, column: 63, scope: !9)
!28 = !DILocation(line: 56, column: 2, scope: !9)
!29 = !DILocation(line: 46, column: 24, scope: !30, inlinedAt: !31)
!30 = distinct !DISubprogram(name: "store", scope: !1, file: !1, line: 44, type: !10, scopeLine: 45, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!31 = distinct !DILocation(line: 62, column: 2, scope: !9)
!32 = !DILocation(line: 63, column: 2, scope: !9)
!33 = !DILocation(line: 64, column: 12, scope: !9)
!34 = !DILocation(line: 64, column: 16, scope: !9)
!35 = !DILocation(line: 46, column: 24, scope: !30, inlinedAt: !36)
!36 = distinct !DILocation(line: 64, column: 2, scope: !9)
!37 = !DILocation(line: 65, column: 2, scope: !9)
!38 = !DILocation(line: 40, column: 2, scope: !39, inlinedAt: !40)
!39 = distinct !DISubprogram(name: "drain", scope: !1, file: !1, line: 38, type: !10, scopeLine: 39, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!40 = distinct !DILocation(line: 68, column: 3, scope: !9)
!41 = !DILocation(line: 41, column: 2, scope: !39, inlinedAt: !40)
!42 = !DILocation(line: 69, column: 2, scope: !9)
!43 = !DILocation(line: 57, column: 24, scope: !9)
!44 = !DILocation(line: 57, column: 39, scope: !9)
!45 = !DILocation(line: 35, column: 9, scope: !15, inlinedAt: !46)
!46 = distinct !DILocation(line: 57, column: 30, scope: !9)
!47 = !DILocation(line: 57, column: 3, scope: !9)
!48 = !{i32 1}
!49 = !DILocation(line: 56, column: 78, scope: !9)
!50 = distinct !{!50, !28, !51, !52}
!51 = !DILocation(line: 57, column: 43, scope: !9)
!52 = !{!"llvm.loop.mustprogress"}
!53 = !DISubprogram(name: "ordercheck_assume", scope: !54, file: !54, line: 13, type: !10, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!54 = !DIFile(filename: "models/programs/ordercheck.h", directory: ".")
!55 = !DISubprogram(name: "ordercheck_lasting", scope: !54, file: !54, line: 22, type: !10, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!56 = !DISubprogram(name: "ordercheck_label", scope: !54, file: !54, line: 28, type: !10, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
