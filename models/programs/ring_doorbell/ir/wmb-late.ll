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
  %0 = load ptr, ptr %ring, align 8, !dbg !10
  %idx.ext = zext i32 %first to i64, !dbg !11
  %add.ptr = getelementptr inbounds %struct.desc, ptr %0, i64 %idx.ext, !dbg !11
  %cmp = icmp ult i32 %count, 65537, !dbg !12
  %sub = sub i32 65536, %count, !dbg !13
  %cmp1 = icmp uge i32 %sub, %first, !dbg !13
  %1 = and i1 %cmp, %cmp1, !dbg !13
  tail call void @ordercheck_assume(i1 noundef zeroext %1) #2, !dbg !14
  %cmp215.not = icmp eq i32 %count, 0, !dbg !15
  br i1 %cmp215.not, label %for.cond.cleanup, label %for.body.lr.ph, !dbg !16

for.body.lr.ph:                                   ; preds = %entry
  %wide.trip.count = zext i32 %count to i64, !dbg !15
  br label %for.body, !dbg !16

for.cond.cleanup:                                 ; preds = %for.body, %entry
  %add = add i32 %count, %first, !dbg !17
  %doorbell = getelementptr inbounds i8, ptr %ring, i64 8, !dbg !17
  %2 = load ptr, ptr %doorbell, align 8, !dbg !17
  store volatile i32 %add, ptr %2, align 4, !dbg !17
  tail call void @ordercheck_label(ptr noundef nonnull @.str) #2, !dbg !18
  tail call void asm sideeffect "sfence", "~{memory},~{dirflag},~{fpsr},~{flags}"() #3, !dbg !21, !srcloc !25
  ret void, !dbg !26

for.body:                                         ; preds = %for.body.lr.ph, %for.body
  %indvars.iv = phi i64 [ 0, %for.body.lr.ph ], [ %indvars.iv.next, %for.body ]
  %arrayidx = getelementptr inbounds %struct.desc, ptr %add.ptr, i64 %indvars.iv, !dbg !27
  %arrayidx4 = getelementptr inbounds %struct.request, ptr %requests, i64 %indvars.iv, !dbg !28
  %tag1.i = getelementptr inbounds i8, ptr %arrayidx4, i64 16, !dbg !29
  %3 = load i64, ptr %tag1.i, align 8, !dbg !29
  %4 = load i64, ptr %arrayidx4, align 8, !dbg !32
  %length3.i = getelementptr inbounds i8, ptr %arrayidx4, i64 8, !dbg !33
  %5 = load i64, ptr %length3.i, align 8, !dbg !33
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr elementtype(i64) %arrayidx, i64 -9223372036854775806) #3, !dbg !34, !srcloc !39
  %arrayidx.i.1 = getelementptr inbounds i8, ptr %arrayidx, i64 8, !dbg !40
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i.1, i64 %3) #3, !dbg !34, !srcloc !39
  %arrayidx.i.2 = getelementptr inbounds i8, ptr %arrayidx, i64 16, !dbg !40
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i.2, i64 %4) #3, !dbg !34, !srcloc !39
  %arrayidx.i.3 = getelementptr inbounds i8, ptr %arrayidx, i64 24, !dbg !40
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i.3, i64 %5) #3, !dbg !34, !srcloc !39
  %arrayidx.i.4 = getelementptr inbounds i8, ptr %arrayidx, i64 32, !dbg !40
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i.4, i64 0) #3, !dbg !34, !srcloc !39
  %arrayidx.i.5 = getelementptr inbounds i8, ptr %arrayidx, i64 40, !dbg !40
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i.5, i64 0) #3, !dbg !34, !srcloc !39
  %arrayidx.i.6 = getelementptr inbounds i8, ptr %arrayidx, i64 48, !dbg !40
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i.6, i64 0) #3, !dbg !34, !srcloc !39
  %arrayidx.i.7 = getelementptr inbounds i8, ptr %arrayidx, i64 56, !dbg !40
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i.7, i64 0) #3, !dbg !34, !srcloc !39
  %indvars.iv.next = add nuw nsw i64 %indvars.iv, 1, !dbg !41
  %exitcond.not = icmp eq i64 %indvars.iv.next, %wide.trip.count, !dbg !15
  br i1 %exitcond.not, label %for.cond.cleanup, label %for.body, !dbg !16, !llvm.loop !42
}

declare !dbg !45 dso_local void @ordercheck_assume(i1 noundef zeroext) local_unnamed_addr #1

declare !dbg !46 dso_local void @ordercheck_label(ptr noundef) local_unnamed_addr #1

attributes #0 = { nounwind "min-legal-vector-width"="0" "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+movdir64b,-aes,-avx,-avx10.1-256,-avx10.1-512,-avx2,-avx512bf16,-avx512bitalg,-avx512bw,-avx512cd,-avx512dq,-avx512f,-avx512fp16,-avx512ifma,-avx512vbmi,-avx512vbmi2,-avx512vl,-avx512vnni,-avx512vp2intersect,-avx512vpopcntdq,-avxifma,-avxneconvert,-avxvnni,-avxvnniint16,-avxvnniint8,-f16c,-fma,-fma4,-gfni,-kl,-mmx,-pclmul,-sha,-sha512,-sm3,-sm4,-sse,-sse2,-sse3,-sse4.1,-sse4.2,-sse4a,-ssse3,-vaes,-vpclmulqdq,-widekl,-x87,-xop" "tune-cpu"="generic" }
attributes #1 = { "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+movdir64b,-aes,-avx,-avx10.1-256,-avx10.1-512,-avx2,-avx512bf16,-avx512bitalg,-avx512bw,-avx512cd,-avx512dq,-avx512f,-avx512fp16,-avx512ifma,-avx512vbmi,-avx512vbmi2,-avx512vl,-avx512vnni,-avx512vp2intersect,-avx512vpopcntdq,-avxifma,-avxneconvert,-avxvnni,-avxvnniint16,-avxvnniint8,-f16c,-fma,-fma4,-gfni,-kl,-mmx,-pclmul,-sha,-sha512,-sm3,-sm4,-sse,-sse2,-sse3,-sse4.1,-sse4.2,-sse4a,-ssse3,-vaes,-vpclmulqdq,-widekl,-x87,-xop" "tune-cpu"="generic" }
attributes #2 = { nobuiltin nounwind "no-builtins" }
attributes #3 = { nounwind }

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
!17 = !DILocation(line: 78, column: 2, scope: !7)
!18 = !DILocation(line: 39, column: 2, scope: !19, inlinedAt: !20)
!19 = distinct !DISubprogram(name: "wmb", scope: !1, file: !1, line: 37, type: !8, scopeLine: 38, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!20 = distinct !DILocation(line: 80, column: 3, scope: !7)
!21 = !DILocation(line: 56, column: 2, scope: !22, inlinedAt: !24)
!22 = distinct !DISubprogram(name: "sfence", scope: !23, file: !23, line: 54, type: !8, scopeLine: 55, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!23 = !DIFile(filename: "models/programs/ordercheck.h", directory: ".")
!24 = distinct !DILocation(line: 40, column: 2, scope: !19, inlinedAt: !20)
!25 = !{i64 21126}
!26 = !DILocation(line: 81, column: 1, scope: !7)
!27 = !DILocation(line: 72, column: 14, scope: !7)
!28 = !DILocation(line: 72, column: 24, scope: !7)
!29 = !DILocation(line: 47, column: 19, scope: !30, inlinedAt: !31)
!30 = distinct !DISubprogram(name: "fill_desc", scope: !1, file: !1, line: 43, type: !8, scopeLine: 44, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!31 = distinct !DILocation(line: 72, column: 3, scope: !7)
!32 = !DILocation(line: 48, column: 23, scope: !30, inlinedAt: !31)
!33 = !DILocation(line: 49, column: 22, scope: !30, inlinedAt: !31)
!34 = !DILocation(line: 72, column: 2, scope: !35, inlinedAt: !36)
!35 = distinct !DISubprogram(name: "movnti", scope: !23, file: !23, line: 70, type: !8, scopeLine: 71, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!36 = distinct !DILocation(line: 83, column: 3, scope: !37, inlinedAt: !38)
!37 = distinct !DISubprogram(name: "memcpy_nt", scope: !23, file: !23, line: 76, type: !8, scopeLine: 77, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!38 = distinct !DILocation(line: 57, column: 3, scope: !30, inlinedAt: !31)
!39 = !{i64 21542}
!40 = !DILocation(line: 83, column: 11, scope: !37, inlinedAt: !38)
!41 = !DILocation(line: 71, column: 39, scope: !7)
!42 = distinct !{!42, !16, !43, !44}
!43 = !DILocation(line: 72, column: 35, scope: !7)
!44 = !{!"llvm.loop.mustprogress"}
!45 = !DISubprogram(name: "ordercheck_assume", scope: !23, file: !23, line: 13, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!46 = !DISubprogram(name: "ordercheck_label", scope: !23, file: !23, line: 28, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
