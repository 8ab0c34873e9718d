; ModuleID = 'rust_copy.5df89ecd025a6be-cgu.0'
source_filename = "rust_copy.5df89ecd025a6be-cgu.0"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

@alloc_628ae097e830221f9953fb07a914746e = private unnamed_addr constant [7 x i8] c"sfence\00", align 1

; Function Attrs: nounwind nonlazybind uwtable
define void @publish_frame(ptr noundef %dst, ptr noundef readonly captures(none) %src, i64 noundef %blocks, i64 noundef %sequence, ptr noundef nonnull writeonly align 1 captures(none) %ready) unnamed_addr #0 !dbg !7 {
start:
  %_133.not.i = icmp eq i64 %blocks, 0, !dbg !12
  br i1 %_133.not.i, label %_ZN9rust_copy13stream_blocks17ha8ebaa24a7d9732cE.exit, label %bb4.i, !dbg !33

bb4.i:                                            ; preds = %start, %bb4.i
  %iter.sroa.0.04.i = phi i64 [ %0, %bb4.i ], [ 0, %start ]
  %0 = add nuw i64 %iter.sroa.0.04.i, 1, !dbg !34
  %_9.i = shl i64 %iter.sroa.0.04.i, 4, !dbg !44
  %_8.i = getelementptr inbounds nuw i8, ptr %src, i64 %_9.i, !dbg !46
  %dst.sroa.0.0.copyload.i.i = load <2 x i64>, ptr %_8.i, align 1, !dbg !53, !noalias !64
  %_12.i = getelementptr inbounds nuw i8, ptr %dst, i64 %_9.i, !dbg !67
  tail call void asm sideeffect inteldialect "movntdq [${0:q}],${1:x}", "r,x,~{memory}"(ptr %_12.i, <2 x i64> %dst.sroa.0.0.copyload.i.i) #1, !dbg !74, !noalias !77, !srcloc !80
  %exitcond.not.i = icmp eq i64 %0, %blocks, !dbg !12
  br i1 %exitcond.not.i, label %_ZN9rust_copy13stream_blocks17ha8ebaa24a7d9732cE.exit, label %bb4.i, !dbg !33

_ZN9rust_copy13stream_blocks17ha8ebaa24a7d9732cE.exit: ; preds = %bb4.i, %start
  %_10 = shl i64 %blocks, 4, !dbg !81
  %_9 = getelementptr inbounds nuw i8, ptr %dst, i64 %_10, !dbg !82
  tail call void asm sideeffect inteldialect "movnti [${0:q}],${1:q}", "r,r,~{memory}"(ptr %_9, i64 %sequence) #1, !dbg !85, !srcloc !91
  tail call void @ordercheck_label(ptr noundef nonnull @alloc_628ae097e830221f9953fb07a914746e) #1, !dbg !92
  tail call void @llvm.x86.sse.sfence(), !dbg !95
  store atomic i8 1, ptr %ready release, align 1, !dbg !100
  ret void, !dbg !109
}

; Function Attrs: nounwind
declare void @llvm.x86.sse.sfence() unnamed_addr #1

; Function Attrs: nounwind nonlazybind uwtable
declare void @ordercheck_label(ptr noundef) unnamed_addr #0

attributes #0 = { nounwind nonlazybind uwtable "probe-stack"="inline-asm" "target-cpu"="x86-64" }
attributes #1 = { nounwind }

!llvm.module.flags = !{!0, !1, !2, !3}
!llvm.ident = !{!4}
!llvm.dbg.cu = !{!5}

!0 = !{i32 8, !"PIC Level", i32 2}
!1 = !{i32 2, !"RtLibUseGOT", i32 1}
!2 = !{i32 7, !"Dwarf Version", i32 4}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = !{!"rustc version 1.95.0 (59807616e 2026-04-14)"}
!5 = distinct !DICompileUnit(language: DW_LANG_Rust, file: !6, producer: "clang LLVM (rustc version 1.95.0 (59807616e 2026-04-14))", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!6 = !DIFile(filename: "models/programs/rust_copy/rust_copy.rs/@/rust_copy.5df89ecd025a6be-cgu.0", directory: ".")
!7 = distinct !DISubprogram(name: "publish_frame", scope: !9, file: !8, line: 50, type: !10, scopeLine: 50, flags: DIFlagPrototyped, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!8 = !DIFile(filename: "models/programs/rust_copy/rust_copy.rs", directory: ".", checksumkind: CSK_MD5, checksum: "8f5a77652f65c069858afb106804100c")
!9 = !DINamespace(name: "rust_copy", scope: null)
!10 = !DISubroutineType(types: !11)
!11 = !{}
!12 = !DILocation(line: 1916, column: 50, scope: !13, inlinedAt: !19)
!13 = distinct !DISubprogram(name: "lt", linkageName: "_RNvXsU_NtNtCsgEmfK2I1SDS_4core3cmp5implsjNtB7_10PartialOrd2lt", scope: !15, file: !14, line: 1916, type: !10, scopeLine: 1916, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!14 = !DIFile(filename: "library/core/src/cmp.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "9b875f3ee90b4abbf50efdba3db39504")
!15 = !DINamespace(name: "{impl#58}", scope: !16)
!16 = !DINamespace(name: "impls", scope: !17)
!17 = !DINamespace(name: "cmp", scope: !18)
!18 = !DINamespace(name: "core", scope: null)
!19 = distinct !DILocation(line: 772, column: 12, scope: !20, inlinedAt: !25)
!20 = distinct !DISubprogram(name: "spec_next<usize>", linkageName: "_ZN89_$LT$core..ops..range..Range$LT$T$GT$$u20$as$u20$core..iter..range..RangeIteratorImpl$GT$9spec_next17h29df49e62ef9f201E", scope: !22, file: !21, line: 771, type: !10, scopeLine: 771, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!21 = !DIFile(filename: "library/core/src/iter/range.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "e302cc3146df1591d87c4742d277fd2d")
!22 = !DINamespace(name: "{impl#5}", scope: !23)
!23 = !DINamespace(name: "range", scope: !24)
!24 = !DINamespace(name: "iter", scope: !18)
!25 = distinct !DILocation(line: 857, column: 14, scope: !26, inlinedAt: !28)
!26 = distinct !DISubprogram(name: "next<usize>", linkageName: "_ZN4core4iter5range101_$LT$impl$u20$core..iter..traits..iterator..Iterator$u20$for$u20$core..ops..range..Range$LT$A$GT$$GT$4next17h7731dfff8a4ac517E", scope: !27, file: !21, line: 856, type: !10, scopeLine: 856, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!27 = !DINamespace(name: "{impl#6}", scope: !23)
!28 = distinct !DILocation(line: 37, column: 14, scope: !29, inlinedAt: !32)
!29 = !DILexicalBlockFile(scope: !30, file: !8, discriminator: 2)
!30 = distinct !DILexicalBlock(scope: !31, file: !8, line: 37, column: 5)
!31 = distinct !DISubprogram(name: "stream_blocks", linkageName: "_ZN9rust_copy13stream_blocks17ha8ebaa24a7d9732cE", scope: !9, file: !8, line: 36, type: !10, scopeLine: 36, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!32 = distinct !DILocation(line: 58, column: 9, scope: !7)
!33 = !DILocation(line: 772, column: 12, scope: !20, inlinedAt: !25)
!34 = !DILocation(line: 844, column: 17, scope: !35, inlinedAt: !39)
!35 = distinct !DISubprogram(name: "unchecked_add", linkageName: "_RNvMs9_NtCsgEmfK2I1SDS_4core3numj13unchecked_add", scope: !37, file: !36, line: 832, type: !10, scopeLine: 832, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!36 = !DIFile(filename: "library/core/src/num/uint_macros.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "de2f29a3485fc28d710ba6c3062e6efa")
!37 = !DINamespace(name: "{impl#11}", scope: !38)
!38 = !DINamespace(name: "num", scope: !18)
!39 = distinct !DILocation(line: 213, column: 28, scope: !40, inlinedAt: !42)
!40 = distinct !DISubprogram(name: "forward_unchecked", linkageName: "_RNvXsF_NtNtCsgEmfK2I1SDS_4core4iter5rangejNtB5_4Step17forward_unchecked", scope: !41, file: !21, line: 211, type: !10, scopeLine: 211, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!41 = !DINamespace(name: "{impl#43}", scope: !23)
!42 = distinct !DILocation(line: 775, column: 35, scope: !43, inlinedAt: !25)
!43 = distinct !DILexicalBlock(scope: !20, file: !21, line: 773, column: 13)
!44 = !DILocation(line: 39, column: 49, scope: !45, inlinedAt: !32)
!45 = distinct !DILexicalBlock(scope: !30, file: !8, line: 37, column: 5)
!46 = !DILocation(line: 863, column: 18, scope: !47, inlinedAt: !52)
!47 = distinct !DISubprogram(name: "add<u8>", linkageName: "_ZN4core3ptr9const_ptr33_$LT$impl$u20$$BP$const$u20$T$GT$3add17h6b0237d9035b394bE", scope: !49, file: !48, line: 829, type: !10, scopeLine: 829, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!48 = !DIFile(filename: "library/core/src/ptr/const_ptr.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "48638a38fe414ca30cde797e4a40b3a9")
!49 = !DINamespace(name: "{impl#0}", scope: !50)
!50 = !DINamespace(name: "const_ptr", scope: !51)
!51 = !DINamespace(name: "ptr", scope: !18)
!52 = distinct !DILocation(line: 39, column: 45, scope: !45, inlinedAt: !32)
!53 = !DILocation(line: 547, column: 14, scope: !54, inlinedAt: !56)
!54 = distinct !DISubprogram(name: "copy_nonoverlapping<u8>", linkageName: "_ZN4core3ptr19copy_nonoverlapping17he146e6afaab94ea9E", scope: !51, file: !55, line: 526, type: !10, scopeLine: 526, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!55 = !DIFile(filename: "library/core/src/ptr/mod.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "8f706ae0a0620120e6e931983ef127f1")
!56 = distinct !DILocation(line: 1335, column: 5, scope: !57, inlinedAt: !63)
!57 = distinct !DILexicalBlock(scope: !59, file: !58, line: 1334, column: 5)
!58 = !DIFile(filename: "library/core/src/../../stdarch/crates/core_arch/src/x86/sse2.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "993d4bc7139abe8a85f0c8441a9817e5")
!59 = distinct !DISubprogram(name: "_mm_loadu_si128", linkageName: "_RNvNtNtNtCsgEmfK2I1SDS_4core9core_arch3x864sse215__mm_loadu_si128", scope: !60, file: !58, line: 1333, type: !10, scopeLine: 1333, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!60 = !DINamespace(name: "sse2", scope: !61)
!61 = !DINamespace(name: "x86", scope: !62)
!62 = !DINamespace(name: "core_arch", scope: !18)
!63 = distinct !DILocation(line: 39, column: 25, scope: !45, inlinedAt: !32)
!64 = !{!65}
!65 = distinct !{!65, !66, !"_RNvNtNtNtCsgEmfK2I1SDS_4core9core_arch3x864sse215__mm_loadu_si128: %_0"}
!66 = distinct !{!66, !"_RNvNtNtNtCsgEmfK2I1SDS_4core9core_arch3x864sse215__mm_loadu_si128"}
!67 = !DILocation(line: 961, column: 18, scope: !68, inlinedAt: !72)
!68 = distinct !DISubprogram(name: "add<u8>", linkageName: "_ZN4core3ptr7mut_ptr31_$LT$impl$u20$$BP$mut$u20$T$GT$3add17h561c220cb4ca05d4E", scope: !70, file: !69, line: 927, type: !10, scopeLine: 927, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!69 = !DIFile(filename: "library/core/src/ptr/mut_ptr.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "7c03c8e0ae695174f7f10881dc49d2cb")
!70 = !DINamespace(name: "{impl#0}", scope: !71)
!71 = !DINamespace(name: "mut_ptr", scope: !51)
!72 = distinct !DILocation(line: 40, column: 34, scope: !73, inlinedAt: !32)
!73 = distinct !DILexicalBlock(scope: !45, file: !8, line: 39, column: 13)
!74 = !DILocation(line: 1434, column: 5, scope: !75, inlinedAt: !76)
!75 = distinct !DISubprogram(name: "_mm_stream_si128", linkageName: "_RNvNtNtNtCsgEmfK2I1SDS_4core9core_arch3x864sse216__mm_stream_si128", scope: !60, file: !58, line: 1432, type: !10, scopeLine: 1432, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!76 = distinct !DILocation(line: 40, column: 13, scope: !73, inlinedAt: !32)
!77 = !{!78}
!78 = distinct !{!78, !79, !"_RNvNtNtNtCsgEmfK2I1SDS_4core9core_arch3x864sse216__mm_stream_si128: %a"}
!79 = distinct !{!79, !"_RNvNtNtNtCsgEmfK2I1SDS_4core9core_arch3x864sse216__mm_stream_si128"}
!80 = !{i64 1981242644302294}
!81 = !DILocation(line: 59, column: 33, scope: !7)
!82 = !DILocation(line: 961, column: 18, scope: !83, inlinedAt: !84)
!83 = distinct !DISubprogram(name: "add<u8>", linkageName: "_ZN4core3ptr7mut_ptr31_$LT$impl$u20$$BP$mut$u20$T$GT$3add17h561c220cb4ca05d4E", scope: !70, file: !69, line: 927, type: !10, scopeLine: 927, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!84 = !DILocation(line: 59, column: 29, scope: !7)
!85 = !DILocation(line: 82, column: 5, scope: !86, inlinedAt: !90)
!86 = distinct !DISubprogram(name: "_mm_stream_si64", linkageName: "_RNvNtNtNtCsgEmfK2I1SDS_4core9core_arch6x86_644sse215__mm_stream_si64", scope: !88, file: !87, line: 80, type: !10, scopeLine: 80, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!87 = !DIFile(filename: "library/core/src/../../stdarch/crates/core_arch/src/x86_64/sse2.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "8ddad88886f7e2c28ab1a9d17627d1a1")
!88 = !DINamespace(name: "sse2", scope: !89)
!89 = !DINamespace(name: "x86_64", scope: !62)
!90 = distinct !DILocation(line: 59, column: 9, scope: !7)
!91 = !{i64 33204654166112095}
!92 = !DILocation(line: 27, column: 9, scope: !93, inlinedAt: !94)
!93 = distinct !DISubprogram(name: "drain", linkageName: "_ZN9rust_copy5drain17h2df485f9ce7376e6E", scope: !9, file: !8, line: 25, type: !10, scopeLine: 25, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!94 = distinct !DILocation(line: 62, column: 9, scope: !7)
!95 = !DILocation(line: 1488, column: 14, scope: !96, inlinedAt: !99)
!96 = distinct !DISubprogram(name: "_mm_sfence", linkageName: "_RNvNtNtNtCsgEmfK2I1SDS_4core9core_arch3x863sse10__mm_sfence", scope: !98, file: !97, line: 1487, type: !10, scopeLine: 1487, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!97 = !DIFile(filename: "library/core/src/../../stdarch/crates/core_arch/src/x86/sse.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "35e78dc0d532f2abff1c328718904619")
!98 = !DINamespace(name: "sse", scope: !61)
!99 = distinct !DILocation(line: 28, column: 9, scope: !93, inlinedAt: !94)
!100 = !DILocation(line: 3876, column: 24, scope: !101, inlinedAt: !105)
!101 = distinct !DISubprogram(name: "atomic_store<u8>", linkageName: "_ZN4core4sync6atomic12atomic_store17h1ba976dd37b6ed0cE", scope: !103, file: !102, line: 3871, type: !10, scopeLine: 3871, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!102 = !DIFile(filename: "library/core/src/sync/atomic.rs", directory: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860", checksumkind: CSK_MD5, checksum: "efd884d336fd52cdd46abf1cb836765b")
!103 = !DINamespace(name: "atomic", scope: !104)
!104 = !DINamespace(name: "sync", scope: !18)
!105 = distinct !DILocation(line: 759, column: 13, scope: !106, inlinedAt: !108)
!106 = distinct !DISubprogram(name: "store", linkageName: "_RNvMs3_NtNtCsgEmfK2I1SDS_4core4sync6atomicNtB5_10AtomicBool5store", scope: !107, file: !102, line: 755, type: !10, scopeLine: 755, flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !5, templateParams: !11)
!107 = !DINamespace(name: "AtomicBool", scope: !103)
!108 = !DILocation(line: 64, column: 11, scope: !7)
!109 = !DILocation(line: 68, column: 2, scope: !7)
