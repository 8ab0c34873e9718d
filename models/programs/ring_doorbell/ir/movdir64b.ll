; ModuleID = 'models/programs/ring_doorbell/ring_doorbell.c'
source_filename = "models/programs/ring_doorbell/ring_doorbell.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%struct.desc = type { i64, i64, i64, i64, [4 x i64] }
%struct.request = type { i64, i64, i64 }

@.str = private unnamed_addr constant [4 x i8] c"wmb\00", align 1

; Function Attrs: nounwind
define dso_local void @ring_submit(ptr nocapture noundef readonly %ring, ptr nocapture noundef readonly %requests, i32 noundef %first, i32 noundef %count) local_unnamed_addr #0 !dbg !7 {
entry:
  %desc.i = alloca %struct.desc, align 8
  %0 = load ptr, ptr %ring, align 8, !dbg !10
  %idx.ext = zext i32 %first to i64, !dbg !11
  %add.ptr = getelementptr inbounds %struct.desc, ptr %0, i64 %idx.ext, !dbg !11
  %cmp = icmp ult i32 %count, 65537, !dbg !12
  %sub = sub i32 65536, %count, !dbg !13
  %cmp1 = icmp uge i32 %sub, %first, !dbg !13
  %1 = and i1 %cmp, %cmp1, !dbg !13
  tail call void @ordercheck_assume(i1 noundef zeroext %1) #5, !dbg !14
  %cmp214.not = icmp eq i32 %count, 0, !dbg !15
  br i1 %cmp214.not, label %for.cond.cleanup, label %for.body.lr.ph, !dbg !16

for.body.lr.ph:                                   ; preds = %entry
  %tag.i = getelementptr inbounds i8, ptr %desc.i, i64 8
  %address.i = getelementptr inbounds i8, ptr %desc.i, i64 16
  %length.i = getelementptr inbounds i8, ptr %desc.i, i64 24
  %reserved.i = getelementptr inbounds i8, ptr %desc.i, i64 32
  %wide.trip.count = zext i32 %count to i64, !dbg !15
  %xtraiter = and i64 %wide.trip.count, 1, !dbg !16
  %2 = icmp eq i32 %count, 1, !dbg !16
  br i1 %2, label %for.cond.cleanup.loopexit.unr-lcssa, label %for.body.lr.ph.new, !dbg !16

for.body.lr.ph.new:                               ; preds = %for.body.lr.ph
  %unroll_iter = and i64 %wide.trip.count, 4294967294, !dbg !16
  br label %for.body, !dbg !16

for.cond.cleanup.loopexit.unr-lcssa:              ; preds = %for.body, %for.body.lr.ph
  %indvars.iv.unr = phi i64 [ 0, %for.body.lr.ph ], [ %indvars.iv.next.1, %for.body ]
  %lcmp.mod.not = icmp eq i64 %xtraiter, 0, !dbg !16
  br i1 %lcmp.mod.not, label %for.cond.cleanup, label %for.body.epil, !dbg !16

for.body.epil:                                    ; preds = %for.cond.cleanup.loopexit.unr-lcssa
  %arrayidx.epil = getelementptr inbounds %struct.desc, ptr %add.ptr, i64 %indvars.iv.unr, !dbg !17
  %arrayidx4.epil = getelementptr inbounds %struct.request, ptr %requests, i64 %indvars.iv.unr, !dbg !18
  call void @llvm.lifetime.start.p0(i64 64, ptr nonnull %desc.i) #4, !dbg !19
  store i64 -9223372036854775806, ptr %desc.i, align 8, !dbg !22
  %tag1.i.epil = getelementptr inbounds i8, ptr %arrayidx4.epil, i64 16, !dbg !23
  %3 = load i64, ptr %tag1.i.epil, align 8, !dbg !23
  store i64 %3, ptr %tag.i, align 8, !dbg !22
  %4 = load i64, ptr %arrayidx4.epil, align 8, !dbg !24
  store i64 %4, ptr %address.i, align 8, !dbg !22
  %length3.i.epil = getelementptr inbounds i8, ptr %arrayidx4.epil, i64 8, !dbg !25
  %5 = load i64, ptr %length3.i.epil, align 8, !dbg !25
  store i64 %5, ptr %length.i, align 8, !dbg !22
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(32) %reserved.i, i8 0, i64 32, i1 false), !dbg !22
  call void @llvm.x86.movdir64b(ptr %arrayidx.epil, ptr nonnull %desc.i), !dbg !26
  call void @llvm.lifetime.end.p0(i64 64, ptr nonnull %desc.i) #4, !dbg !27
  br label %for.cond.cleanup, !dbg !28

for.cond.cleanup:                                 ; preds = %for.body.epil, %for.cond.cleanup.loopexit.unr-lcssa, %entry
  call void @ordercheck_label(ptr noundef nonnull @.str) #5, !dbg !28
  call void asm sideeffect "sfence", "~{memory},~{dirflag},~{fpsr},~{flags}"() #4, !dbg !31, !srcloc !35
  %add = add i32 %count, %first, !dbg !36
  %doorbell = getelementptr inbounds i8, ptr %ring, i64 8, !dbg !36
  %6 = load ptr, ptr %doorbell, align 8, !dbg !36
  store volatile i32 %add, ptr %6, align 4, !dbg !36
  ret void, !dbg !37

for.body:                                         ; preds = %for.body, %for.body.lr.ph.new
  %indvars.iv = phi i64 [ 0, %for.body.lr.ph.new ], [ %indvars.iv.next.1, %for.body ]
  %niter = phi i64 [ 0, %for.body.lr.ph.new ], [ %niter.next.1, %for.body ]
  %arrayidx = getelementptr inbounds %struct.desc, ptr %add.ptr, i64 %indvars.iv, !dbg !17
  %arrayidx4 = getelementptr inbounds %struct.request, ptr %requests, i64 %indvars.iv, !dbg !18
  call void @llvm.lifetime.start.p0(i64 64, ptr nonnull %desc.i) #4, !dbg !19
  store i64 -9223372036854775806, ptr %desc.i, align 8, !dbg !22
  %tag1.i = getelementptr inbounds i8, ptr %arrayidx4, i64 16, !dbg !23
  %7 = load i64, ptr %tag1.i, align 8, !dbg !23
  store i64 %7, ptr %tag.i, align 8, !dbg !22
  %8 = load i64, ptr %arrayidx4, align 8, !dbg !24
  store i64 %8, ptr %address.i, align 8, !dbg !22
  %length3.i = getelementptr inbounds i8, ptr %arrayidx4, i64 8, !dbg !25
  %9 = load i64, ptr %length3.i, align 8, !dbg !25
  store i64 %9, ptr %length.i, align 8, !dbg !22
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(32) %reserved.i, i8 0, i64 32, i1 false), !dbg !22
  call void @llvm.x86.movdir64b(ptr %arrayidx, ptr nonnull %desc.i), !dbg !26
  call void @llvm.lifetime.end.p0(i64 64, ptr nonnull %desc.i) #4, !dbg !27
  %indvars.iv.next = or disjoint i64 %indvars.iv, 1, !dbg !38
  %arrayidx.1 = getelementptr inbounds %struct.desc, ptr %add.ptr, i64 %indvars.iv.next, !dbg !17
  %arrayidx4.1 = getelementptr inbounds %struct.request, ptr %requests, i64 %indvars.iv.next, !dbg !18
  call void @llvm.lifetime.start.p0(i64 64, ptr nonnull %desc.i) #4, !dbg !19
  store i64 -9223372036854775806, ptr %desc.i, align 8, !dbg !22
  %tag1.i.1 = getelementptr inbounds i8, ptr %arrayidx4.1, i64 16, !dbg !23
  %10 = load i64, ptr %tag1.i.1, align 8, !dbg !23
  store i64 %10, ptr %tag.i, align 8, !dbg !22
  %11 = load i64, ptr %arrayidx4.1, align 8, !dbg !24
  store i64 %11, ptr %address.i, align 8, !dbg !22
  %length3.i.1 = getelementptr inbounds i8, ptr %arrayidx4.1, i64 8, !dbg !25
  %12 = load i64, ptr %length3.i.1, align 8, !dbg !25
  store i64 %12, ptr %length.i, align 8, !dbg !22
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(32) %reserved.i, i8 0, i64 32, i1 false), !dbg !22
  call void @llvm.x86.movdir64b(ptr nonnull %arrayidx.1, ptr nonnull %desc.i), !dbg !26
  call void @llvm.lifetime.end.p0(i64 64, ptr nonnull %desc.i) #4, !dbg !27
  %indvars.iv.next.1 = add nuw nsw i64 %indvars.iv, 2, !dbg !38
  %niter.next.1 = add i64 %niter, 2, !dbg !16
  %niter.ncmp.1 = icmp eq i64 %niter.next.1, %unroll_iter, !dbg !16
  br i1 %niter.ncmp.1, label %for.cond.cleanup.loopexit.unr-lcssa, label %for.body, !dbg !16, !llvm.loop !39
}

; Function Attrs: mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(i64 immarg, ptr nocapture) #1

declare !dbg !42 dso_local void @ordercheck_assume(i1 noundef zeroext) local_unnamed_addr #2

; Function Attrs: mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(i64 immarg, ptr nocapture) #1

; Function Attrs: mustprogress nocallback nofree nounwind willreturn memory(argmem: write)
declare void @llvm.memset.p0.i64(ptr nocapture writeonly, i8, i64, i1 immarg) #3

; Function Attrs: nounwind
declare void @llvm.x86.movdir64b(ptr, ptr) #4

declare !dbg !43 dso_local void @ordercheck_label(ptr noundef) local_unnamed_addr #2

attributes #0 = { nounwind "min-legal-vector-width"="0" "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+movdir64b,-aes,-avx,-avx10.1-256,-avx10.1-512,-avx2,-avx512bf16,-avx512bitalg,-avx512bw,-avx512cd,-avx512dq,-avx512f,-avx512fp16,-avx512ifma,-avx512vbmi,-avx512vbmi2,-avx512vl,-avx512vnni,-avx512vp2intersect,-avx512vpopcntdq,-avxifma,-avxneconvert,-avxvnni,-avxvnniint16,-avxvnniint8,-f16c,-fma,-fma4,-gfni,-kl,-mmx,-pclmul,-sha,-sha512,-sm3,-sm4,-sse,-sse2,-sse3,-sse4.1,-sse4.2,-sse4a,-ssse3,-vaes,-vpclmulqdq,-widekl,-x87,-xop" "tune-cpu"="generic" }
attributes #1 = { mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+movdir64b,-aes,-avx,-avx10.1-256,-avx10.1-512,-avx2,-avx512bf16,-avx512bitalg,-avx512bw,-avx512cd,-avx512dq,-avx512f,-avx512fp16,-avx512ifma,-avx512vbmi,-avx512vbmi2,-avx512vl,-avx512vnni,-avx512vp2intersect,-avx512vpopcntdq,-avxifma,-avxneconvert,-avxvnni,-avxvnniint16,-avxvnniint8,-f16c,-fma,-fma4,-gfni,-kl,-mmx,-pclmul,-sha,-sha512,-sm3,-sm4,-sse,-sse2,-sse3,-sse4.1,-sse4.2,-sse4a,-ssse3,-vaes,-vpclmulqdq,-widekl,-x87,-xop" "tune-cpu"="generic" }
attributes #3 = { mustprogress nocallback nofree nounwind willreturn memory(argmem: write) }
attributes #4 = { nounwind }
attributes #5 = { nobuiltin nounwind "no-builtins" }

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3, !4, !5}
!llvm.ident = !{!6}

!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "Debian clang version 19.1.7 (3~deb12u1)", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!1 = !DIFile(filename: "models/programs/ring_doorbell/ring_doorbell.c", directory: ".")
!2 = !{i32 7, !"Dwarf Version", i32 4}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = !{i32 1, !"wchar_size", i32 4}
!5 = !{i32 1, !"Code Model", i32 2}
!6 = !{!"Debian clang version 19.1.7 (3~deb12u1)"}
!7 = distinct !DISubprogram(name: "ring_submit", scope: !1, file: !1, line: 65, type: !8, scopeLine: 66, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!8 = !DISubroutineType(types: !9)
!9 = !{}
!10 = !DILocation(line: 67, column: 28, scope: !7)
!11 = !DILocation(line: 67, column: 34, scope: !7)
!12 = !DILocation(line: 69, column: 26, scope: !7)
!13 = !DILocation(line: 69, column: 38, scope: !7)
!14 = !DILocation(line: 69, column: 2, scope: !7)
!15 = !DILocation(line: 71, column: 29, scope: !7)
!16 = !DILocation(line: 71, column: 2, scope: !7)
!17 = !DILocation(line: 72, column: 14, scope: !7)
!18 = !DILocation(line: 72, column: 24, scope: !7)
!19 = !DILocation(line: 45, column: 2, scope: !20, inlinedAt: !21)
!20 = distinct !DISubprogram(name: "fill_desc", scope: !1, file: !1, line: 43, type: !8, scopeLine: 44, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!21 = distinct !DILocation(line: 72, column: 3, scope: !7)
!22 = !DILocation(line: 45, column: 21, scope: !20, inlinedAt: !21)
!23 = !DILocation(line: 47, column: 19, scope: !20, inlinedAt: !21)
!24 = !DILocation(line: 48, column: 23, scope: !20, inlinedAt: !21)
!25 = !DILocation(line: 49, column: 22, scope: !20, inlinedAt: !21)
!26 = !DILocation(line: 55, column: 3, scope: !20, inlinedAt: !21)
!27 = !DILocation(line: 62, column: 1, scope: !20, inlinedAt: !21)
!28 = !DILocation(line: 39, column: 2, scope: !29, inlinedAt: !30)
!29 = distinct !DISubprogram(name: "wmb", scope: !1, file: !1, line: 37, type: !8, scopeLine: 38, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!30 = distinct !DILocation(line: 77, column: 3, scope: !7)
!31 = !DILocation(line: 56, column: 2, scope: !32, inlinedAt: !34)
!32 = distinct !DISubprogram(name: "sfence", scope: !33, file: !33, line: 54, type: !8, scopeLine: 55, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!33 = !DIFile(filename: "models/programs/ordercheck.h", directory: ".")
!34 = distinct !DILocation(line: 40, column: 2, scope: !29, inlinedAt: !30)
!35 = !{i64 21127}
!36 = !DILocation(line: 78, column: 2, scope: !7)
!37 = !DILocation(line: 81, column: 1, scope: !7)
!38 = !DILocation(line: 71, column: 39, scope: !7)
!39 = distinct !{!39, !16, !40, !41}
!40 = !DILocation(line: 72, column: 35, scope: !7)
!41 = !{!"llvm.loop.mustprogress"}
!42 = !DISubprogram(name: "ordercheck_assume", scope: !33, file: !33, line: 13, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!43 = !DISubprogram(name: "ordercheck_label", scope: !33, file: !33, line: 28, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
