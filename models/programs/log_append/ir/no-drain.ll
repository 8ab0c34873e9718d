; ModuleID = 'models/programs/log_append/log_append.c'
source_filename = "models/programs/log_append/log_append.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@.str = private unnamed_addr constant [4 x i8] c"end\00", align 1

; Function Attrs: nounwind uwtable
define dso_local range(i32 -1, 1) i32 @log_append(ptr noundef %log, ptr nocapture noundef readonly %record, i64 noundef %words) local_unnamed_addr #0 !dbg !9 {
entry:
  %end1 = getelementptr inbounds i8, ptr %log, i64 16, !dbg !12
  %0 = load i64, ptr %end1, align 8, !dbg !12, !tbaa !13
  %1 = load ptr, ptr %log, align 8, !dbg !19, !tbaa !20
  %2 = add i64 %words, -1, !dbg !21
  %3 = icmp ult i64 %2, 1099511627776, !dbg !21
  tail call void @ordercheck_assume(i1 noundef zeroext %3) #2, !dbg !22
  %capacity = getelementptr inbounds i8, ptr %log, i64 8, !dbg !23
  %4 = load i64, ptr %capacity, align 8, !dbg !23, !tbaa !24
  %cmp3 = icmp ugt i64 %0, %4, !dbg !25
  %sub = sub i64 %4, %0
  %cmp5 = icmp ult i64 %sub, %words
  %or.cond = or i1 %cmp3, %cmp5, !dbg !26
  br i1 %or.cond, label %cleanup, label %if.end, !dbg !26

if.end:                                           ; preds = %entry
  %add.ptr = getelementptr inbounds i64, ptr %1, i64 %0, !dbg !27
  store i64 %words, ptr %add.ptr, align 1, !dbg !28, !nontemporal !29
  %add.ptr6 = getelementptr inbounds i8, ptr %add.ptr, i64 8, !dbg !30
  %add.ptr7 = getelementptr inbounds i8, ptr %record, i64 8, !dbg !31
  %cmp5.not.i = icmp eq i64 %2, 0, !dbg !32
  br i1 %cmp5.not.i, label %pmem_memcpy_nodrain.exit, label %for.body.i.preheader, !dbg !35

for.body.i.preheader:                             ; preds = %if.end
  %5 = add i64 %words, -2, !dbg !35
  %xtraiter = and i64 %2, 3, !dbg !35
  %6 = icmp ult i64 %5, 3, !dbg !35
  br i1 %6, label %pmem_memcpy_nodrain.exit.loopexit.unr-lcssa, label %for.body.i.preheader.new, !dbg !35

for.body.i.preheader.new:                         ; preds = %for.body.i.preheader
  %unroll_iter = and i64 %2, -4, !dbg !35
  br label %for.body.i, !dbg !35

for.body.i:                                       ; preds = %for.body.i, %for.body.i.preheader.new
  %k.06.i = phi i64 [ 0, %for.body.i.preheader.new ], [ %inc.i.3, %for.body.i ]
  %niter = phi i64 [ 0, %for.body.i.preheader.new ], [ %niter.next.3, %for.body.i ]
  %arrayidx.i = getelementptr inbounds i64, ptr %add.ptr6, i64 %k.06.i, !dbg !36
  %arrayidx1.i = getelementptr inbounds i64, ptr %add.ptr7, i64 %k.06.i, !dbg !37
  %7 = load i64, ptr %arrayidx1.i, align 8, !dbg !37, !tbaa !38
  store i64 %7, ptr %arrayidx.i, align 1, !dbg !40, !nontemporal !29
  %inc.i = or disjoint i64 %k.06.i, 1, !dbg !41
  %arrayidx.i.1 = getelementptr inbounds i64, ptr %add.ptr6, i64 %inc.i, !dbg !36
  %arrayidx1.i.1 = getelementptr inbounds i64, ptr %add.ptr7, i64 %inc.i, !dbg !37
  %8 = load i64, ptr %arrayidx1.i.1, align 8, !dbg !37, !tbaa !38
  store i64 %8, ptr %arrayidx.i.1, align 1, !dbg !40, !nontemporal !29
  %inc.i.1 = or disjoint i64 %k.06.i, 2, !dbg !41
  %arrayidx.i.2 = getelementptr inbounds i64, ptr %add.ptr6, i64 %inc.i.1, !dbg !36
  %arrayidx1.i.2 = getelementptr inbounds i64, ptr %add.ptr7, i64 %inc.i.1, !dbg !37
  %9 = load i64, ptr %arrayidx1.i.2, align 8, !dbg !37, !tbaa !38
  store i64 %9, ptr %arrayidx.i.2, align 1, !dbg !40, !nontemporal !29
  %inc.i.2 = or disjoint i64 %k.06.i, 3, !dbg !41
  %arrayidx.i.3 = getelementptr inbounds i64, ptr %add.ptr6, i64 %inc.i.2, !dbg !36
  %arrayidx1.i.3 = getelementptr inbounds i64, ptr %add.ptr7, i64 %inc.i.2, !dbg !37
  %10 = load i64, ptr %arrayidx1.i.3, align 8, !dbg !37, !tbaa !38
  store i64 %10, ptr %arrayidx.i.3, align 1, !dbg !40, !nontemporal !29
  %inc.i.3 = add nuw i64 %k.06.i, 4, !dbg !41
  %niter.next.3 = add i64 %niter, 4, !dbg !35
  %niter.ncmp.3 = icmp eq i64 %niter.next.3, %unroll_iter, !dbg !35
  br i1 %niter.ncmp.3, label %pmem_memcpy_nodrain.exit.loopexit.unr-lcssa, label %for.body.i, !dbg !35, !llvm.loop !42

pmem_memcpy_nodrain.exit.loopexit.unr-lcssa:      ; preds = %for.body.i, %for.body.i.preheader
  %k.06.i.unr = phi i64 [ 0, %for.body.i.preheader ], [ %inc.i.3, %for.body.i ]
  %lcmp.mod.not = icmp eq i64 %xtraiter, 0, !dbg !35
  br i1 %lcmp.mod.not, label %pmem_memcpy_nodrain.exit, label %for.body.i.epil, !dbg !35

for.body.i.epil:                                  ; preds = %pmem_memcpy_nodrain.exit.loopexit.unr-lcssa, %for.body.i.epil
  %k.06.i.epil = phi i64 [ %inc.i.epil, %for.body.i.epil ], [ %k.06.i.unr, %pmem_memcpy_nodrain.exit.loopexit.unr-lcssa ]
  %epil.iter = phi i64 [ %epil.iter.next, %for.body.i.epil ], [ 0, %pmem_memcpy_nodrain.exit.loopexit.unr-lcssa ]
  %arrayidx.i.epil = getelementptr inbounds i64, ptr %add.ptr6, i64 %k.06.i.epil, !dbg !36
  %arrayidx1.i.epil = getelementptr inbounds i64, ptr %add.ptr7, i64 %k.06.i.epil, !dbg !37
  %11 = load i64, ptr %arrayidx1.i.epil, align 8, !dbg !37, !tbaa !38
  store i64 %11, ptr %arrayidx.i.epil, align 1, !dbg !40, !nontemporal !29
  %inc.i.epil = add nuw i64 %k.06.i.epil, 1, !dbg !41
  %epil.iter.next = add i64 %epil.iter, 1, !dbg !35
  %epil.iter.cmp.not = icmp eq i64 %epil.iter.next, %xtraiter, !dbg !35
  br i1 %epil.iter.cmp.not, label %pmem_memcpy_nodrain.exit, label %for.body.i.epil, !dbg !35, !llvm.loop !45

pmem_memcpy_nodrain.exit:                         ; preds = %pmem_memcpy_nodrain.exit.loopexit.unr-lcssa, %for.body.i.epil, %if.end
  %add = add i64 %0, %words, !dbg !47
  store volatile i64 %add, ptr %end1, align 8, !dbg !47, !tbaa !48
  tail call void @llvm.x86.clwb(ptr nonnull %end1), !dbg !49
  tail call void @ordercheck_label(ptr noundef nonnull @.str) #2, !dbg !52
  tail call void @llvm.x86.sse.sfence(), !dbg !55
  br label %cleanup, !dbg !56

cleanup:                                          ; preds = %entry, %pmem_memcpy_nodrain.exit
  %retval.0 = phi i32 [ 0, %pmem_memcpy_nodrain.exit ], [ -1, %entry ], !dbg !57
  ret i32 %retval.0, !dbg !58
}

declare !dbg !59 void @ordercheck_assume(i1 noundef zeroext) local_unnamed_addr #1

; Function Attrs: nounwind
declare void @llvm.x86.clwb(ptr) #2

declare !dbg !61 void @ordercheck_label(ptr noundef) local_unnamed_addr #1

; Function Attrs: nounwind
declare void @llvm.x86.sse.sfence() #2

attributes #0 = { nounwind uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+clwb,+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+clwb,+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #2 = { nounwind }

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3, !4, !5, !6, !7}
!llvm.ident = !{!8}

!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "Debian clang version 19.1.7 (3~deb12u1)", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!1 = !DIFile(filename: "models/programs/log_append/log_append.c", directory: ".")
!2 = !{i32 7, !"Dwarf Version", i32 4}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = !{i32 1, !"wchar_size", i32 4}
!5 = !{i32 8, !"PIC Level", i32 2}
!6 = !{i32 7, !"PIE Level", i32 2}
!7 = !{i32 7, !"uwtable", i32 2}
!8 = !{!"Debian clang version 19.1.7 (3~deb12u1)"}
!9 = distinct !DISubprogram(name: "log_append", scope: !1, file: !1, line: 43, type: !10, scopeLine: 44, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!10 = !DISubroutineType(types: !11)
!11 = !{}
!12 = !DILocation(line: 45, column: 27, scope: !9)
!13 = !{!14, !18, i64 16}
!14 = !{!"log", !15, i64 0, !18, i64 8, !18, i64 16}
!15 = !{!"any pointer", !16, i64 0}
!16 = !{!"omnipotent char", !17, i64 0}
!17 = !{!"Simple C/C++ TBAA"}
!18 = !{!"long", !16, i64 0}
!19 = !DILocation(line: 46, column: 26, scope: !9)
!20 = !{!14, !15, i64 0}
!21 = !DILocation(line: 48, column: 31, scope: !9)
!22 = !DILocation(line: 48, column: 2, scope: !9)
!23 = !DILocation(line: 49, column: 17, scope: !9)
!24 = !{!14, !18, i64 8}
!25 = !DILocation(line: 49, column: 10, scope: !9)
!26 = !DILocation(line: 49, column: 26, scope: !9)
!27 = !DILocation(line: 46, column: 31, scope: !9)
!28 = !DILocation(line: 57, column: 3, scope: !9)
!29 = !{i32 1}
!30 = !DILocation(line: 58, column: 29, scope: !9)
!31 = !DILocation(line: 58, column: 41, scope: !9)
!32 = !DILocation(line: 27, column: 30, scope: !33, inlinedAt: !34)
!33 = distinct !DISubprogram(name: "pmem_memcpy_nodrain", scope: !1, file: !1, line: 25, type: !10, scopeLine: 26, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!34 = distinct !DILocation(line: 58, column: 3, scope: !9)
!35 = !DILocation(line: 27, column: 2, scope: !33, inlinedAt: !34)
!36 = !DILocation(line: 28, column: 20, scope: !33, inlinedAt: !34)
!37 = !DILocation(line: 28, column: 28, scope: !33, inlinedAt: !34)
!38 = !{!39, !39, i64 0}
!39 = !{!"long long", !16, i64 0}
!40 = !DILocation(line: 28, column: 3, scope: !33, inlinedAt: !34)
!41 = !DILocation(line: 27, column: 40, scope: !33, inlinedAt: !34)
!42 = distinct !{!42, !35, !43, !44}
!43 = !DILocation(line: 28, column: 34, scope: !33, inlinedAt: !34)
!44 = !{!"llvm.loop.mustprogress"}
!45 = distinct !{!45, !46}
!46 = !{!"llvm.loop.unroll.disable"}
!47 = !DILocation(line: 63, column: 2, scope: !9)
!48 = !{!18, !18, i64 0}
!49 = !DILocation(line: 33, column: 2, scope: !50, inlinedAt: !51)
!50 = distinct !DISubprogram(name: "pmem_flush", scope: !1, file: !1, line: 31, type: !10, scopeLine: 32, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!51 = distinct !DILocation(line: 64, column: 2, scope: !9)
!52 = !DILocation(line: 38, column: 2, scope: !53, inlinedAt: !54)
!53 = distinct !DISubprogram(name: "pmem_drain", scope: !1, file: !1, line: 36, type: !10, scopeLine: 37, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!54 = distinct !DILocation(line: 65, column: 2, scope: !9)
!55 = !DILocation(line: 39, column: 2, scope: !53, inlinedAt: !54)
!56 = !DILocation(line: 66, column: 2, scope: !9)
!57 = !DILocation(line: 0, scope: !9)
!58 = !DILocation(line: 67, column: 1, scope: !9)
!59 = !DISubprogram(name: "ordercheck_assume", scope: !60, file: !60, line: 13, type: !10, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!60 = !DIFile(filename: "models/programs/ordercheck.h", directory: ".")
!61 = !DISubprogram(name: "ordercheck_label", scope: !60, file: !60, line: 28, type: !10, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
