; ModuleID = 'models/programs/double_checked/double_checked.c'
source_filename = "models/programs/double_checked/double_checked.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%union.pthread_mutex_t = type { %struct.__pthread_mutex_s }
%struct.__pthread_mutex_s = type { i32, i32, i32, i32, i32, i16, i16, %struct.__pthread_internal_list }
%struct.__pthread_internal_list = type { ptr, ptr }

@instance = internal unnamed_addr global ptr null, align 8
@lock = internal global %union.pthread_mutex_t zeroinitializer, align 8
@.str = private unnamed_addr constant [6 x i8] c"drain\00", align 1

; Function Attrs: nounwind uwtable
define dso_local ptr @get_table(i64 noundef %entries, i64 noundef %first) local_unnamed_addr #0 !dbg !9 {
entry:
  %0 = load atomic i64, ptr @instance acquire, align 8, !dbg !12
  %tobool.not = icmp eq i64 %0, 0, !dbg !13
  br i1 %tobool.not, label %if.end, label %if.then, !dbg !13

if.then:                                          ; preds = %entry
  %1 = inttoptr i64 %0 to ptr, !dbg !12
  br label %cleanup, !dbg !14

if.end:                                           ; preds = %entry
  %cmp = icmp ult i64 %entries, 1099511627777, !dbg !15
  tail call void @ordercheck_assume(i1 noundef zeroext %cmp) #4, !dbg !16
  %call = tail call i32 @pthread_mutex_lock(ptr noundef nonnull @lock) #4, !dbg !17
  %2 = load atomic i64, ptr @instance monotonic, align 8, !dbg !18
  %3 = inttoptr i64 %2 to ptr, !dbg !18
  %tobool2.not = icmp eq i64 %2, 0, !dbg !19
  br i1 %tobool2.not, label %if.then3, label %if.end5, !dbg !20

if.then3:                                         ; preds = %if.end
  %mul.i = shl i64 %entries, 3, !dbg !21
  %add.i = add i64 %mul.i, 8, !dbg !24
  %call.i = tail call noalias ptr @malloc(i64 noundef %add.i) #5, !dbg !25
  %tobool.not.i = icmp eq ptr %call.i, null, !dbg !26
  br i1 %tobool.not.i, label %if.end5, label %if.end.i, !dbg !27

if.end.i:                                         ; preds = %if.then3
  store i64 %entries, ptr %call.i, align 8, !dbg !28, !tbaa !31, !nontemporal !35
  %cmp8.not.i.i = icmp eq i64 %entries, 0, !dbg !36
  br i1 %cmp8.not.i.i, label %fill_table.exit.i, label %for.body.lr.ph.i.i, !dbg !37

for.body.lr.ph.i.i:                               ; preds = %if.end.i
  %entry2.i.i = getelementptr inbounds i8, ptr %call.i, i64 8
  %xtraiter = and i64 %entries, 3, !dbg !37
  %4 = icmp ult i64 %entries, 4, !dbg !37
  br i1 %4, label %fill_table.exit.i.loopexit.unr-lcssa, label %for.body.lr.ph.i.i.new, !dbg !37

for.body.lr.ph.i.i.new:                           ; preds = %for.body.lr.ph.i.i
  %unroll_iter = and i64 %entries, -4, !dbg !37
  br label %for.body.i.i, !dbg !37

for.body.i.i:                                     ; preds = %for.body.i.i, %for.body.lr.ph.i.i.new
  %k.09.i.i = phi i64 [ 0, %for.body.lr.ph.i.i.new ], [ %inc.i.i.3, %for.body.i.i ]
  %niter = phi i64 [ 0, %for.body.lr.ph.i.i.new ], [ %niter.next.3, %for.body.i.i ]
  %add.i.i = add i64 %k.09.i.i, %first, !dbg !38
  %arrayidx.i.i = getelementptr inbounds [0 x i64], ptr %entry2.i.i, i64 0, i64 %k.09.i.i, !dbg !39
  store i64 %add.i.i, ptr %arrayidx.i.i, align 8, !dbg !40, !tbaa !31, !nontemporal !35
  %inc.i.i = or disjoint i64 %k.09.i.i, 1, !dbg !41
  %add.i.i.1 = add i64 %inc.i.i, %first, !dbg !38
  %arrayidx.i.i.1 = getelementptr inbounds [0 x i64], ptr %entry2.i.i, i64 0, i64 %inc.i.i, !dbg !39
  store i64 %add.i.i.1, ptr %arrayidx.i.i.1, align 8, !dbg !40, !tbaa !31, !nontemporal !35
  %inc.i.i.1 = or disjoint i64 %k.09.i.i, 2, !dbg !41
  %add.i.i.2 = add i64 %inc.i.i.1, %first, !dbg !38
  %arrayidx.i.i.2 = getelementptr inbounds [0 x i64], ptr %entry2.i.i, i64 0, i64 %inc.i.i.1, !dbg !39
  store i64 %add.i.i.2, ptr %arrayidx.i.i.2, align 8, !dbg !40, !tbaa !31, !nontemporal !35
  %inc.i.i.2 = or disjoint i64 %k.09.i.i, 3, !dbg !41
  %add.i.i.3 = add i64 %inc.i.i.2, %first, !dbg !38
  %arrayidx.i.i.3 = getelementptr inbounds [0 x i64], ptr %entry2.i.i, i64 0, i64 %inc.i.i.2, !dbg !39
  store i64 %add.i.i.3, ptr %arrayidx.i.i.3, align 8, !dbg !40, !tbaa !31, !nontemporal !35
  %inc.i.i.3 = add nuw i64 %k.09.i.i, 4, !dbg !41
  %niter.next.3 = add i64 %niter, 4, !dbg !37
  %niter.ncmp.3 = icmp eq i64 %niter.next.3, %unroll_iter, !dbg !37
  br i1 %niter.ncmp.3, label %fill_table.exit.i.loopexit.unr-lcssa, label %for.body.i.i, !dbg !37, !llvm.loop !42

fill_table.exit.i.loopexit.unr-lcssa:             ; preds = %for.body.i.i, %for.body.lr.ph.i.i
  %k.09.i.i.unr = phi i64 [ 0, %for.body.lr.ph.i.i ], [ %inc.i.i.3, %for.body.i.i ]
  %lcmp.mod.not = icmp eq i64 %xtraiter, 0, !dbg !37
  br i1 %lcmp.mod.not, label %fill_table.exit.i, label %for.body.i.i.epil, !dbg !37

for.body.i.i.epil:                                ; preds = %fill_table.exit.i.loopexit.unr-lcssa, %for.body.i.i.epil
  %k.09.i.i.epil = phi i64 [ %inc.i.i.epil, %for.body.i.i.epil ], [ %k.09.i.i.unr, %fill_table.exit.i.loopexit.unr-lcssa ]
  %epil.iter = phi i64 [ %epil.iter.next, %for.body.i.i.epil ], [ 0, %fill_table.exit.i.loopexit.unr-lcssa ]
  %add.i.i.epil = add i64 %k.09.i.i.epil, %first, !dbg !38
  %arrayidx.i.i.epil = getelementptr inbounds [0 x i64], ptr %entry2.i.i, i64 0, i64 %k.09.i.i.epil, !dbg !39
  store i64 %add.i.i.epil, ptr %arrayidx.i.i.epil, align 8, !dbg !40, !tbaa !31, !nontemporal !35
  %inc.i.i.epil = add nuw i64 %k.09.i.i.epil, 1, !dbg !41
  %epil.iter.next = add i64 %epil.iter, 1, !dbg !37
  %epil.iter.cmp.not = icmp eq i64 %epil.iter.next, %xtraiter, !dbg !37
  br i1 %epil.iter.cmp.not, label %fill_table.exit.i, label %for.body.i.i.epil, !dbg !37, !llvm.loop !45

fill_table.exit.i:                                ; preds = %fill_table.exit.i.loopexit.unr-lcssa, %for.body.i.i.epil, %if.end.i
  tail call void @ordercheck_label(ptr noundef nonnull @.str) #4, !dbg !47
  fence seq_cst, !dbg !50
  %5 = ptrtoint ptr %call.i to i64, !dbg !51
  store atomic i64 %5, ptr @instance release, align 8, !dbg !51
  br label %if.end5, !dbg !52

if.end5:                                          ; preds = %fill_table.exit.i, %if.then3, %if.end
  %table.0 = phi ptr [ %3, %if.end ], [ null, %if.then3 ], [ %call.i, %fill_table.exit.i ], !dbg !53
  %call6 = tail call i32 @pthread_mutex_unlock(ptr noundef nonnull @lock) #4, !dbg !54
  br label %cleanup, !dbg !55

cleanup:                                          ; preds = %if.end5, %if.then
  %retval.0 = phi ptr [ %1, %if.then ], [ %table.0, %if.end5 ], !dbg !53
  ret ptr %retval.0, !dbg !56
}

declare !dbg !57 void @ordercheck_assume(i1 noundef zeroext) local_unnamed_addr #1

; Function Attrs: nounwind
declare !dbg !59 i32 @pthread_mutex_lock(ptr noundef) local_unnamed_addr #2

; Function Attrs: nounwind
declare !dbg !61 i32 @pthread_mutex_unlock(ptr noundef) local_unnamed_addr #2

; Function Attrs: mustprogress nofree nounwind willreturn allockind("alloc,uninitialized") allocsize(0) memory(inaccessiblemem: readwrite)
declare !dbg !62 noalias noundef ptr @malloc(i64 noundef) local_unnamed_addr #3

declare !dbg !64 void @ordercheck_label(ptr noundef) local_unnamed_addr #1

attributes #0 = { nounwind uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #2 = { nounwind "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #3 = { mustprogress nofree nounwind willreturn allockind("alloc,uninitialized") allocsize(0) memory(inaccessiblemem: readwrite) "alloc-family"="malloc" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #4 = { nounwind }
attributes #5 = { nounwind allocsize(0) }

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3, !4, !5, !6, !7}
!llvm.ident = !{!8}

!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "Debian clang version 19.1.7 (3~deb12u1)", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!1 = !DIFile(filename: "models/programs/double_checked/double_checked.c", directory: ".")
!2 = !{i32 7, !"Dwarf Version", i32 4}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = !{i32 1, !"wchar_size", i32 4}
!5 = !{i32 8, !"PIC Level", i32 2}
!6 = !{i32 7, !"PIE Level", i32 2}
!7 = !{i32 7, !"uwtable", i32 2}
!8 = !{!"Debian clang version 19.1.7 (3~deb12u1)"}
!9 = distinct !DISubprogram(name: "get_table", scope: !1, file: !1, line: 64, type: !10, scopeLine: 65, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!10 = !DISubroutineType(types: !11)
!11 = !{}
!12 = !DILocation(line: 66, column: 24, scope: !9)
!13 = !DILocation(line: 68, column: 6, scope: !9)
!14 = !DILocation(line: 69, column: 3, scope: !9)
!15 = !DILocation(line: 70, column: 28, scope: !9)
!16 = !DILocation(line: 70, column: 2, scope: !9)
!17 = !DILocation(line: 71, column: 2, scope: !9)
!18 = !DILocation(line: 72, column: 10, scope: !9)
!19 = !DILocation(line: 73, column: 7, scope: !9)
!20 = !DILocation(line: 73, column: 6, scope: !9)
!21 = !DILocation(line: 50, column: 56, scope: !22, inlinedAt: !23)
!22 = distinct !DISubprogram(name: "make_table", scope: !1, file: !1, line: 48, type: !10, scopeLine: 49, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!23 = distinct !DILocation(line: 74, column: 11, scope: !9)
!24 = !DILocation(line: 50, column: 46, scope: !22, inlinedAt: !23)
!25 = !DILocation(line: 50, column: 24, scope: !22, inlinedAt: !23)
!26 = !DILocation(line: 52, column: 7, scope: !22, inlinedAt: !23)
!27 = !DILocation(line: 52, column: 6, scope: !22, inlinedAt: !23)
!28 = !DILocation(line: 32, column: 2, scope: !29, inlinedAt: !30)
!29 = distinct !DISubprogram(name: "fill_table", scope: !1, file: !1, line: 30, type: !10, scopeLine: 31, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!30 = distinct !DILocation(line: 54, column: 2, scope: !22, inlinedAt: !23)
!31 = !{!32, !32, i64 0}
!32 = !{!"long", !33, i64 0}
!33 = !{!"omnipotent char", !34, i64 0}
!34 = !{!"Simple C/C++ TBAA"}
!35 = !{i32 1}
!36 = !DILocation(line: 33, column: 30, scope: !29, inlinedAt: !30)
!37 = !DILocation(line: 33, column: 2, scope: !29, inlinedAt: !30)
!38 = !DILocation(line: 34, column: 37, scope: !29, inlinedAt: !30)
!39 = !DILocation(line: 34, column: 43, scope: !29, inlinedAt: !30)
!40 = !DILocation(line: 34, column: 3, scope: !29, inlinedAt: !30)
!41 = !DILocation(line: 33, column: 42, scope: !29, inlinedAt: !30)
!42 = distinct !{!42, !37, !43, !44}
!43 = !DILocation(line: 34, column: 58, scope: !29, inlinedAt: !30)
!44 = !{!"llvm.loop.mustprogress"}
!45 = distinct !{!45, !46}
!46 = !{!"llvm.loop.unroll.disable"}
!47 = !DILocation(line: 39, column: 2, scope: !48, inlinedAt: !49)
!48 = distinct !DISubprogram(name: "drain", scope: !1, file: !1, line: 37, type: !10, scopeLine: 38, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!49 = distinct !DILocation(line: 56, column: 3, scope: !22, inlinedAt: !23)
!50 = !DILocation(line: 43, column: 3, scope: !48, inlinedAt: !49)
!51 = !DILocation(line: 60, column: 3, scope: !22, inlinedAt: !23)
!52 = !DILocation(line: 61, column: 2, scope: !22, inlinedAt: !23)
!53 = !DILocation(line: 0, scope: !9)
!54 = !DILocation(line: 75, column: 2, scope: !9)
!55 = !DILocation(line: 76, column: 2, scope: !9)
!56 = !DILocation(line: 77, column: 1, scope: !9)
!57 = !DISubprogram(name: "ordercheck_assume", scope: !58, file: !58, line: 13, type: !10, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!58 = !DIFile(filename: "models/programs/ordercheck.h", directory: ".")
!59 = !DISubprogram(name: "pthread_mutex_lock", scope: !60, file: !60, line: 794, type: !10, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!60 = !DIFile(filename: "./pthread.h", directory: "")
!61 = !DISubprogram(name: "pthread_mutex_unlock", scope: !60, file: !60, line: 835, type: !10, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!62 = !DISubprogram(name: "malloc", scope: !63, file: !63, line: 553, type: !10, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!63 = !DIFile(filename: "./stdlib.h", directory: "")
!64 = !DISubprogram(name: "ordercheck_label", scope: !58, file: !58, line: 28, type: !10, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
