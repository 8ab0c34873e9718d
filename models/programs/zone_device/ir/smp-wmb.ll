; ModuleID = 'models/programs/zone_device/memmap_init.c'
source_filename = "models/programs/zone_device/memmap_init.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%struct.page = type { i64, %union.anon, %union.anon.0, i32, i32, %union.anon.2 }
%union.anon = type { i64 }
%union.anon.0 = type { %struct.anon }
%struct.anon = type { i64, i64, i64, i64 }
%union.anon.2 = type { i64 }

@vmemmap_base = external dso_local local_unnamed_addr global i64, align 8
@.str.3 = private unnamed_addr constant [8 x i8] c"PG_head\00", align 1
@.str.4 = private unnamed_addr constant [13 x i8] c"is it large?\00", align 1
@.str.5 = private unnamed_addr constant [6 x i8] c"order\00", align 1
@.str.6 = private unnamed_addr constant [16 x i8] c"_large_mapcount\00", align 1
@.str.7 = private unnamed_addr constant [17 x i8] c"_nr_pages_mapped\00", align 1
@.str.8 = private unnamed_addr constant [17 x i8] c"_entire_mapcount\00", align 1
@.str.9 = private unnamed_addr constant [10 x i8] c"_pincount\00", align 1
@.str.10 = private unnamed_addr constant [19 x i8] c"_mm_id_mapcount[0]\00", align 1
@.str.11 = private unnamed_addr constant [19 x i8] c"_mm_id_mapcount[1]\00", align 1
@.str.12 = private unnamed_addr constant [8 x i8] c"_mm_ids\00", align 1
@.str.13 = private unnamed_addr constant [10 x i8] c"_nr_pages\00", align 1
@.str.14 = private unnamed_addr constant [20 x i8] c"_deferred_list.next\00", align 1
@.str.15 = private unnamed_addr constant [20 x i8] c"_deferred_list.prev\00", align 1
@.str.16 = private unnamed_addr constant [15 x i8] c"pageblock pass\00", align 1

; Function Attrs: nounwind
define dso_local void @memmap_init_zone_device(i64 noundef %start_pfn, i64 noundef %nr_pages, i64 noundef %pfns_per_compound, i1 noundef zeroext %use_template, i1 noundef zeroext %debug_vm, i1 noundef zeroext %vmemmap_optimized) local_unnamed_addr #0 !dbg !7 {
entry:
  %add = add i64 %nr_pages, %start_pfn, !dbg !10
  %cmp = icmp ult i64 %start_pfn, 1099511627777, !dbg !11
  tail call void @ordercheck_assume(i1 noundef zeroext %cmp) #4, !dbg !12
  %0 = add i64 %nr_pages, -1, !dbg !13
  %1 = icmp ult i64 %0, 1099511627776, !dbg !13
  tail call void @ordercheck_assume(i1 noundef zeroext %1) #4, !dbg !14
  %2 = add i64 %pfns_per_compound, -1, !dbg !15
  %3 = icmp ult i64 %2, 262144, !dbg !15
  tail call void @ordercheck_assume(i1 noundef zeroext %3) #4, !dbg !16
  %cmp20 = icmp ugt i64 %pfns_per_compound, 128, !dbg !17
  %not.vmemmap_optimized = xor i1 %vmemmap_optimized, true, !dbg !17
  %4 = or i1 %cmp20, %not.vmemmap_optimized, !dbg !17
  tail call void @ordercheck_assume(i1 noundef zeroext %4) #4, !dbg !18
  %cmp22117 = icmp ugt i64 %add, %start_pfn, !dbg !19
  br i1 %cmp22117, label %for.body.lr.ph, label %for.cond.cleanup, !dbg !20

for.body.lr.ph:                                   ; preds = %entry
  %cmp23 = icmp eq i64 %pfns_per_compound, 1
  %spec.select = select i1 %vmemmap_optimized, i64 128, i64 %pfns_per_compound
  %cmp.i115 = icmp ugt i64 %spec.select, 1
  %5 = tail call range(i64 0, 65) i64 @llvm.ctlz.i64(i64 %pfns_per_compound, i1 true)
  %conv.i = trunc i64 %pfns_per_compound to i32
  %cmp.i87 = icmp ugt i64 %pfns_per_compound, 2
  br label %for.body, !dbg !20

for.cond.cleanup:                                 ; preds = %for.inc, %entry
  br i1 %use_template, label %if.end.i41, label %drain.exit, !dbg !21

if.end.i41:                                       ; preds = %for.cond.cleanup
  tail call void asm sideeffect "", "~{memory},~{dirflag},~{fpsr},~{flags}"() #5, !dbg !24, !srcloc !25
  br label %drain.exit, !dbg !26

drain.exit:                                       ; preds = %for.cond.cleanup, %if.end.i41
  %brmerge.not = and i1 %cmp22117, %debug_vm, !dbg !27
  br i1 %brmerge.not, label %for.cond2.i.preheader.preheader, label %pageblock_migratetype_init_range.exit, !dbg !27

for.cond2.i.preheader.preheader:                  ; preds = %drain.exit
  %sub.i = add i64 %start_pfn, 511, !dbg !30
  %and.i = and i64 %sub.i, -512, !dbg !31
  br label %for.cond2.i.preheader, !dbg !32

for.cond.i51.loopexit:                            ; preds = %compound_page.exit, %for.cond2.i.preheader
  %block.1.i.lcssa = phi i64 [ %block.0.i124, %for.cond2.i.preheader ], [ %add8.i, %compound_page.exit ], !dbg !33
  %cmp.i52 = icmp ult i64 %add3.i, %add, !dbg !34
  br i1 %cmp.i52, label %for.cond2.i.preheader, label %pageblock_migratetype_init_range.exit, !dbg !32, !llvm.loop !35

for.cond2.i.preheader:                            ; preds = %for.cond2.i.preheader.preheader, %for.cond.i51.loopexit
  %block.0.i124 = phi i64 [ %block.1.i.lcssa, %for.cond.i51.loopexit ], [ %and.i, %for.cond2.i.preheader.preheader ]
  %head.0.i123 = phi i64 [ %add3.i, %for.cond.i51.loopexit ], [ %start_pfn, %for.cond2.i.preheader.preheader ]
  %add3.i = add i64 %head.0.i123, %pfns_per_compound
  %invariant.umin = tail call i64 @llvm.umin.i64(i64 %add3.i, i64 %add), !dbg !38
  %or.cond119 = icmp ult i64 %block.0.i124, %invariant.umin, !dbg !39
  br i1 %or.cond119, label %for.body7.i.lr.ph, label %for.cond.i51.loopexit, !dbg !39

for.body7.i.lr.ph:                                ; preds = %for.cond2.i.preheader
  %add.i97 = add i64 %head.0.i123, 64
  br label %for.body7.i, !dbg !39

for.body7.i:                                      ; preds = %for.body7.i.lr.ph, %compound_page.exit
  %block.1.i120 = phi i64 [ %block.0.i124, %for.body7.i.lr.ph ], [ %add8.i, %compound_page.exit ]
  br i1 %vmemmap_optimized, label %land.lhs.true.i, label %compound_page.exit, !dbg !40

land.lhs.true.i:                                  ; preds = %for.body7.i
  %sub.i94 = sub i64 %block.1.i120, %head.0.i123, !dbg !43
  %cmp.i95 = icmp ugt i64 %sub.i94, 127, !dbg !44
  br i1 %cmp.i95, label %if.then.i96, label %compound_page.exit, !dbg !45

if.then.i96:                                      ; preds = %land.lhs.true.i
  %rem.i = and i64 %sub.i94, 63, !dbg !46
  %add2.i = add i64 %add.i97, %rem.i, !dbg !47
  br label %compound_page.exit, !dbg !48

compound_page.exit:                               ; preds = %for.body7.i, %land.lhs.true.i, %if.then.i96
  %pfn.addr.0.i = phi i64 [ %add2.i, %if.then.i96 ], [ %block.1.i120, %land.lhs.true.i ], [ %block.1.i120, %for.body7.i ]
  %6 = load i64, ptr @vmemmap_base, align 8, !dbg !49
  %7 = inttoptr i64 %6 to ptr, !dbg !52
  %add.ptr.i.i93 = getelementptr inbounds %struct.page, ptr %7, i64 %pfn.addr.0.i, !dbg !53
  tail call void @ordercheck_label(ptr noundef nonnull @.str.16) #4, !dbg !54
  %8 = load volatile i64, ptr %add.ptr.i.i93, align 8, !dbg !55
  %add8.i = add i64 %block.1.i120, 512, !dbg !56
  %or.cond = icmp ult i64 %add8.i, %invariant.umin, !dbg !39
  br i1 %or.cond, label %for.body7.i, label %for.cond.i51.loopexit, !dbg !39, !llvm.loop !57

pageblock_migratetype_init_range.exit:            ; preds = %for.cond.i51.loopexit, %drain.exit
  ret void, !dbg !59

for.body:                                         ; preds = %for.body.lr.ph, %for.inc
  %pfn.0118 = phi i64 [ %start_pfn, %for.body.lr.ph ], [ %add24, %for.inc ]
  %9 = load i64, ptr @vmemmap_base, align 8, !dbg !60
  %10 = inttoptr i64 %9 to ptr, !dbg !62
  %add.ptr.i = getelementptr inbounds %struct.page, ptr %10, i64 %pfn.0118, !dbg !63
  %arrayidx.i70.1 = getelementptr inbounds i8, ptr %add.ptr.i, i64 8, !dbg !64
  %arrayidx.i70.2 = getelementptr inbounds i8, ptr %add.ptr.i, i64 16, !dbg !64
  %arrayidx.i70.3 = getelementptr inbounds i8, ptr %add.ptr.i, i64 24, !dbg !64
  %arrayidx.i70.4 = getelementptr inbounds i8, ptr %add.ptr.i, i64 32, !dbg !64
  %arrayidx.i70.5 = getelementptr inbounds i8, ptr %add.ptr.i, i64 40, !dbg !64
  %arrayidx.i70.6 = getelementptr inbounds i8, ptr %add.ptr.i, i64 48, !dbg !64
  %arrayidx.i70.7 = getelementptr inbounds i8, ptr %add.ptr.i, i64 56, !dbg !64
  br i1 %use_template, label %zone_device_page_init.exit, label %zone_device_page_init.exit.thread, !dbg !67

zone_device_page_init.exit:                       ; preds = %for.body
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr elementtype(i64) %add.ptr.i, i64 6755398367318016) #5, !dbg !68, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i70.1, i64 -131387344551936) #5, !dbg !68, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i70.2, i64 0) #5, !dbg !68, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i70.3, i64 0) #5, !dbg !68, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i70.4, i64 0) #5, !dbg !68, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i70.5, i64 0) #5, !dbg !68, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i70.6, i64 8589934591) #5, !dbg !68, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i70.7, i64 0) #5, !dbg !68, !srcloc !76
  br i1 %cmp23, label %for.inc, label %if.end.i44, !dbg !77

zone_device_page_init.exit.thread:                ; preds = %for.body
  store i64 6755398367318016, ptr %add.ptr.i, align 8, !dbg !78
  store i64 -131387344551936, ptr %arrayidx.i70.1, align 8, !dbg !78
  store i64 0, ptr %arrayidx.i70.2, align 8, !dbg !78
  store i64 0, ptr %arrayidx.i70.3, align 8, !dbg !78
  store i64 0, ptr %arrayidx.i70.4, align 8, !dbg !78
  store i64 0, ptr %arrayidx.i70.5, align 8, !dbg !78
  store i64 8589934591, ptr %arrayidx.i70.6, align 8, !dbg !78
  store i64 0, ptr %arrayidx.i70.7, align 8, !dbg !78
  br i1 %cmp23, label %for.inc, label %drain.exit45, !dbg !77

if.end.i44:                                       ; preds = %zone_device_page_init.exit
  tail call void asm sideeffect "", "~{memory},~{dirflag},~{fpsr},~{flags}"() #5, !dbg !83, !srcloc !25
  br label %drain.exit45, !dbg !85

drain.exit45:                                     ; preds = %zone_device_page_init.exit.thread, %if.end.i44
  %11 = load i64, ptr @vmemmap_base, align 8, !dbg !86
  %12 = inttoptr i64 %11 to ptr, !dbg !90
  %add.ptr.i.i = getelementptr inbounds %struct.page, ptr %12, i64 %pfn.0118, !dbg !91
  tail call void @ordercheck_label(ptr noundef nonnull @.str.3) #4, !dbg !92
  %13 = load i64, ptr %add.ptr.i.i, align 8, !dbg !92
  %call.i81 = tail call i64 @ordercheck_expect(i64 noundef %13, i64 noundef 6755398367318016) #4, !dbg !92
  tail call void @ordercheck_label(ptr noundef nonnull @.str.3) #4, !dbg !95
  %or.i = or i64 %call.i81, 64, !dbg !95
  store i64 %or.i, ptr %add.ptr.i.i, align 8, !dbg !95
  tail call void @ordercheck_lasting(ptr noundef nonnull %add.ptr.i.i, i64 noundef 8) #4, !dbg !95
  %14 = ptrtoint ptr %add.ptr.i.i to i64, !dbg !96
  %add.i = add i64 %14, 1, !dbg !97
  br i1 %cmp.i115, label %for.body.i, label %for.end.i, !dbg !98

for.body.i:                                       ; preds = %drain.exit45, %zone_device_page_init.exit.i
  %k.0.i116 = phi i64 [ %inc.i, %zone_device_page_init.exit.i ], [ 1, %drain.exit45 ]
  %add.ptr.i47 = getelementptr inbounds %struct.page, ptr %add.ptr.i.i, i64 %k.0.i116, !dbg !99
  %arrayidx.i77.1 = getelementptr inbounds i8, ptr %add.ptr.i47, i64 8, !dbg !100
  %arrayidx.i77.2 = getelementptr inbounds i8, ptr %add.ptr.i47, i64 16, !dbg !100
  %arrayidx.i77.3 = getelementptr inbounds i8, ptr %add.ptr.i47, i64 24, !dbg !100
  %arrayidx.i77.4 = getelementptr inbounds i8, ptr %add.ptr.i47, i64 32, !dbg !100
  %arrayidx.i77.5 = getelementptr inbounds i8, ptr %add.ptr.i47, i64 40, !dbg !100
  %arrayidx.i77.6 = getelementptr inbounds i8, ptr %add.ptr.i47, i64 48, !dbg !100
  %arrayidx.i77.7 = getelementptr inbounds i8, ptr %add.ptr.i47, i64 56, !dbg !100
  br i1 %use_template, label %for.body.i76.preheader, label %for.body.i61.preheader, !dbg !102

for.body.i61.preheader:                           ; preds = %for.body.i
  store i64 6755398367318016, ptr %add.ptr.i47, align 8, !dbg !103
  store i64 %add.i, ptr %arrayidx.i77.1, align 8, !dbg !103
  store i64 0, ptr %arrayidx.i77.2, align 8, !dbg !103
  store i64 -2401263026318605312, ptr %arrayidx.i77.3, align 8, !dbg !103
  store i64 0, ptr %arrayidx.i77.4, align 8, !dbg !103
  store i64 0, ptr %arrayidx.i77.5, align 8, !dbg !103
  store i64 8589934591, ptr %arrayidx.i77.6, align 8, !dbg !103
  store i64 0, ptr %arrayidx.i77.7, align 8, !dbg !103
  br label %zone_device_page_init.exit.i, !dbg !106

for.body.i76.preheader:                           ; preds = %for.body.i
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %add.ptr.i47, i64 6755398367318016) #5, !dbg !107, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i77.1, i64 %add.i) #5, !dbg !107, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i77.2, i64 0) #5, !dbg !107, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i77.3, i64 -2401263026318605312) #5, !dbg !107, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i77.4, i64 0) #5, !dbg !107, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i77.5, i64 0) #5, !dbg !107, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i77.6, i64 8589934591) #5, !dbg !107, !srcloc !76
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i77.7, i64 0) #5, !dbg !107, !srcloc !76
  br label %zone_device_page_init.exit.i, !dbg !106

zone_device_page_init.exit.i:                     ; preds = %for.body.i61.preheader, %for.body.i76.preheader
  %inc.i = add nuw i64 %k.0.i116, 1, !dbg !106
  %exitcond.not = icmp eq i64 %inc.i, %spec.select, !dbg !111
  br i1 %exitcond.not, label %for.end.i, label %for.body.i, !dbg !98, !llvm.loop !112

for.end.i:                                        ; preds = %zone_device_page_init.exit.i, %drain.exit45
  br i1 %use_template, label %if.end.i12.i, label %memmap_init_compound.exit, !dbg !114

if.end.i12.i:                                     ; preds = %for.end.i
  tail call void asm sideeffect "", "~{memory},~{dirflag},~{fpsr},~{flags}"() #5, !dbg !116, !srcloc !25
  br label %memmap_init_compound.exit, !dbg !117

memmap_init_compound.exit:                        ; preds = %for.end.i, %if.end.i12.i
  %add.ptr.i82 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 64, !dbg !118
  tail call void @ordercheck_label(ptr noundef nonnull @.str.4) #4, !dbg !121
  %15 = load i64, ptr %add.ptr.i.i, align 8, !dbg !121
  %call.i83 = tail call i64 @ordercheck_expect(i64 noundef %15, i64 noundef 6755398367318080) #4, !dbg !121
  tail call void @ordercheck_label(ptr noundef nonnull @.str.5) #4, !dbg !122
  %16 = load i64, ptr %add.ptr.i82, align 8, !dbg !122
  %call4.i = tail call i64 @ordercheck_expect(i64 noundef %16, i64 noundef 6755398367318016) #4, !dbg !122
  tail call void @ordercheck_label(ptr noundef nonnull @.str.5) #4, !dbg !123
  %and.i84 = and i64 %call4.i, -256, !dbg !123
  %17 = or disjoint i64 %and.i84, %5, !dbg !123
  %or.i86 = xor i64 %17, 63, !dbg !123
  store i64 %or.i86, ptr %add.ptr.i82, align 8, !dbg !123
  tail call void @ordercheck_lasting(ptr noundef nonnull %add.ptr.i82, i64 noundef 8) #4, !dbg !123
  tail call void @ordercheck_label(ptr noundef nonnull @.str.6) #4, !dbg !124
  %18 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 80, !dbg !124
  store i32 -1, ptr %18, align 8, !dbg !124
  tail call void @ordercheck_lasting(ptr noundef nonnull %18, i64 noundef 4) #4, !dbg !124
  tail call void @ordercheck_label(ptr noundef nonnull @.str.7) #4, !dbg !125
  %_nr_pages_mapped.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 84, !dbg !125
  store i32 0, ptr %_nr_pages_mapped.i, align 4, !dbg !125
  tail call void @ordercheck_lasting(ptr noundef nonnull %_nr_pages_mapped.i, i64 noundef 4) #4, !dbg !125
  tail call void @ordercheck_label(ptr noundef nonnull @.str.8) #4, !dbg !126
  %_entire_mapcount.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 88, !dbg !126
  store i32 -1, ptr %_entire_mapcount.i, align 8, !dbg !126
  tail call void @ordercheck_lasting(ptr noundef nonnull %_entire_mapcount.i, i64 noundef 4) #4, !dbg !126
  tail call void @ordercheck_label(ptr noundef nonnull @.str.9) #4, !dbg !127
  %_pincount.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 92, !dbg !127
  store i32 0, ptr %_pincount.i, align 4, !dbg !127
  tail call void @ordercheck_lasting(ptr noundef nonnull %_pincount.i, i64 noundef 4) #4, !dbg !127
  tail call void @ordercheck_label(ptr noundef nonnull @.str.10) #4, !dbg !128
  %_mm_id_mapcount.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 96, !dbg !128
  store i32 -1, ptr %_mm_id_mapcount.i, align 8, !dbg !128
  tail call void @ordercheck_lasting(ptr noundef nonnull %_mm_id_mapcount.i, i64 noundef 4) #4, !dbg !128
  tail call void @ordercheck_label(ptr noundef nonnull @.str.11) #4, !dbg !129
  %arrayidx31.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 100, !dbg !129
  store i32 -1, ptr %arrayidx31.i, align 4, !dbg !129
  tail call void @ordercheck_lasting(ptr noundef nonnull %arrayidx31.i, i64 noundef 4) #4, !dbg !129
  tail call void @ordercheck_label(ptr noundef nonnull @.str.12) #4, !dbg !130
  %_mm_ids.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 104, !dbg !130
  store i64 0, ptr %_mm_ids.i, align 8, !dbg !130
  tail call void @ordercheck_lasting(ptr noundef nonnull %_mm_ids.i, i64 noundef 8) #4, !dbg !130
  tail call void @ordercheck_label(ptr noundef nonnull @.str.13) #4, !dbg !131
  %19 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 120, !dbg !131
  store i32 %conv.i, ptr %19, align 8, !dbg !131
  tail call void @ordercheck_lasting(ptr noundef nonnull %19, i64 noundef 4) #4, !dbg !131
  br i1 %cmp.i87, label %do.body46.i, label %for.inc, !dbg !132

do.body46.i:                                      ; preds = %memmap_init_compound.exit
  tail call void @ordercheck_label(ptr noundef nonnull @.str.14) #4, !dbg !133
  %20 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 144, !dbg !133
  store ptr %20, ptr %20, align 8, !dbg !133
  tail call void @ordercheck_lasting(ptr noundef nonnull %20, i64 noundef 8) #4, !dbg !133
  tail call void @ordercheck_label(ptr noundef nonnull @.str.15) #4, !dbg !134
  %prev.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 152, !dbg !134
  store ptr %20, ptr %prev.i, align 8, !dbg !134
  tail call void @ordercheck_lasting(ptr noundef nonnull %prev.i, i64 noundef 8) #4, !dbg !134
  br label %for.inc, !dbg !135

for.inc:                                          ; preds = %do.body46.i, %memmap_init_compound.exit, %zone_device_page_init.exit.thread, %zone_device_page_init.exit
  %add24 = add i64 %pfn.0118, %pfns_per_compound, !dbg !136
  %cmp22 = icmp ult i64 %add24, %add, !dbg !19
  br i1 %cmp22, label %for.body, label %for.cond.cleanup, !dbg !20, !llvm.loop !137
}

declare !dbg !139 dso_local void @ordercheck_assume(i1 noundef zeroext) local_unnamed_addr #1

declare !dbg !140 dso_local void @ordercheck_label(ptr noundef) local_unnamed_addr #1

declare !dbg !141 dso_local i64 @ordercheck_expect(i64 noundef, i64 noundef) local_unnamed_addr #1

declare !dbg !142 dso_local void @ordercheck_lasting(ptr noundef, i64 noundef) local_unnamed_addr #1

; Function Attrs: mustprogress nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare i64 @llvm.ctlz.i64(i64, i1 immarg) #2

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare i64 @llvm.umin.i64(i64, i64) #3

attributes #0 = { nounwind "min-legal-vector-width"="0" "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,-aes,-avx,-avx10.1-256,-avx10.1-512,-avx2,-avx512bf16,-avx512bitalg,-avx512bw,-avx512cd,-avx512dq,-avx512f,-avx512fp16,-avx512ifma,-avx512vbmi,-avx512vbmi2,-avx512vl,-avx512vnni,-avx512vp2intersect,-avx512vpopcntdq,-avxifma,-avxneconvert,-avxvnni,-avxvnniint16,-avxvnniint8,-f16c,-fma,-fma4,-gfni,-kl,-mmx,-pclmul,-sha,-sha512,-sm3,-sm4,-sse,-sse2,-sse3,-sse4.1,-sse4.2,-sse4a,-ssse3,-vaes,-vpclmulqdq,-widekl,-x87,-xop" "tune-cpu"="generic" }
attributes #1 = { "no-builtins" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,-aes,-avx,-avx10.1-256,-avx10.1-512,-avx2,-avx512bf16,-avx512bitalg,-avx512bw,-avx512cd,-avx512dq,-avx512f,-avx512fp16,-avx512ifma,-avx512vbmi,-avx512vbmi2,-avx512vl,-avx512vnni,-avx512vp2intersect,-avx512vpopcntdq,-avxifma,-avxneconvert,-avxvnni,-avxvnniint16,-avxvnniint8,-f16c,-fma,-fma4,-gfni,-kl,-mmx,-pclmul,-sha,-sha512,-sm3,-sm4,-sse,-sse2,-sse3,-sse4.1,-sse4.2,-sse4a,-ssse3,-vaes,-vpclmulqdq,-widekl,-x87,-xop" "tune-cpu"="generic" }
attributes #2 = { mustprogress nocallback nofree nosync nounwind speculatable willreturn memory(none) }
attributes #3 = { nocallback nofree nosync nounwind speculatable willreturn memory(none) }
attributes #4 = { nobuiltin nounwind "no-builtins" }
attributes #5 = { nounwind }

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3, !4, !5}
!llvm.ident = !{!6}

!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "Debian clang version 19.1.7 (3~deb12u1)", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)
!1 = !DIFile(filename: "models/programs/zone_device/memmap_init.c", directory: ".")
!2 = !{i32 7, !"Dwarf Version", i32 4}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = !{i32 1, !"wchar_size", i32 4}
!5 = !{i32 1, !"Code Model", i32 2}
!6 = !{!"Debian clang version 19.1.7 (3~deb12u1)"}
!7 = distinct !DISubprogram(name: "memmap_init_zone_device", scope: !1, file: !1, line: 280, type: !8, scopeLine: 282, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!8 = !DISubroutineType(types: !9)
!9 = !{}
!10 = !DILocation(line: 285, column: 24, scope: !7)
!11 = !DILocation(line: 293, column: 30, scope: !7)
!12 = !DILocation(line: 293, column: 2, scope: !7)
!13 = !DILocation(line: 294, column: 34, scope: !7)
!14 = !DILocation(line: 294, column: 2, scope: !7)
!15 = !DILocation(line: 295, column: 43, scope: !7)
!16 = !DILocation(line: 295, column: 2, scope: !7)
!17 = !DILocation(line: 296, column: 39, scope: !7)
!18 = !DILocation(line: 296, column: 2, scope: !7)
!19 = !DILocation(line: 301, column: 42, scope: !7)
!20 = !DILocation(line: 301, column: 2, scope: !7)
!21 = !DILocation(line: 116, column: 6, scope: !22, inlinedAt: !23)
!22 = distinct !DISubprogram(name: "drain", scope: !1, file: !1, line: 112, type: !8, scopeLine: 113, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!23 = distinct !DILocation(line: 314, column: 3, scope: !7)
!24 = !DILocation(line: 119, column: 3, scope: !22, inlinedAt: !23)
!25 = !{i64 2147514210}
!26 = !DILocation(line: 120, column: 3, scope: !22, inlinedAt: !23)
!27 = !DILocation(line: 267, column: 6, scope: !28, inlinedAt: !29)
!28 = distinct !DISubprogram(name: "pageblock_migratetype_init_range", scope: !1, file: !1, line: 262, type: !8, scopeLine: 263, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!29 = distinct !DILocation(line: 316, column: 3, scope: !7)
!30 = !DILocation(line: 269, column: 48, scope: !28, inlinedAt: !29)
!31 = !DILocation(line: 269, column: 53, scope: !28, inlinedAt: !29)
!32 = !DILocation(line: 270, column: 2, scope: !28, inlinedAt: !29)
!33 = !DILocation(line: 0, scope: !28, inlinedAt: !29)
!34 = !DILocation(line: 270, column: 50, scope: !28, inlinedAt: !29)
!35 = distinct !{!35, !32, !36, !37}
!36 = !DILocation(line: 277, column: 2, scope: !28, inlinedAt: !29)
!37 = !{!"llvm.loop.mustprogress"}
!38 = !DILocation(line: 271, column: 3, scope: !28, inlinedAt: !29)
!39 = !DILocation(line: 271, column: 30, scope: !28, inlinedAt: !29)
!40 = !DILocation(line: 95, column: 30, scope: !41, inlinedAt: !42)
!41 = distinct !DISubprogram(name: "compound_page", scope: !1, file: !1, line: 92, type: !8, scopeLine: 94, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!42 = distinct !DILocation(line: 272, column: 24, scope: !28, inlinedAt: !29)
!43 = !DILocation(line: 95, column: 37, scope: !41, inlinedAt: !42)
!44 = !DILocation(line: 95, column: 48, scope: !41, inlinedAt: !42)
!45 = !DILocation(line: 95, column: 6, scope: !41, inlinedAt: !42)
!46 = !DILocation(line: 96, column: 42, scope: !41, inlinedAt: !42)
!47 = !DILocation(line: 96, column: 23, scope: !41, inlinedAt: !42)
!48 = !DILocation(line: 96, column: 3, scope: !41, inlinedAt: !42)
!49 = !DILocation(line: 85, column: 24, scope: !50, inlinedAt: !51)
!50 = distinct !DISubprogram(name: "pfn_to_page", scope: !1, file: !1, line: 83, type: !8, scopeLine: 84, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!51 = distinct !DILocation(line: 97, column: 9, scope: !41, inlinedAt: !42)
!52 = !DILocation(line: 85, column: 9, scope: !50, inlinedAt: !51)
!53 = !DILocation(line: 85, column: 37, scope: !50, inlinedAt: !51)
!54 = !DILocation(line: 274, column: 4, scope: !28, inlinedAt: !29)
!55 = !DILocation(line: 275, column: 10, scope: !28, inlinedAt: !29)
!56 = !DILocation(line: 271, column: 62, scope: !28, inlinedAt: !29)
!57 = distinct !{!57, !38, !58, !37}
!58 = !DILocation(line: 276, column: 3, scope: !28, inlinedAt: !29)
!59 = !DILocation(line: 317, column: 1, scope: !7)
!60 = !DILocation(line: 85, column: 24, scope: !50, inlinedAt: !61)
!61 = distinct !DILocation(line: 302, column: 32, scope: !7)
!62 = !DILocation(line: 85, column: 9, scope: !50, inlinedAt: !61)
!63 = !DILocation(line: 85, column: 37, scope: !50, inlinedAt: !61)
!64 = !DILocation(line: 0, scope: !65, inlinedAt: !66)
!65 = distinct !DISubprogram(name: "zone_device_page_init", scope: !1, file: !1, line: 176, type: !8, scopeLine: 178, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!66 = distinct !DILocation(line: 302, column: 3, scope: !7)
!67 = !DILocation(line: 179, column: 6, scope: !65, inlinedAt: !66)
!68 = !DILocation(line: 72, column: 2, scope: !69, inlinedAt: !71)
!69 = distinct !DISubprogram(name: "movnti", scope: !70, file: !70, line: 70, type: !8, scopeLine: 71, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!70 = !DIFile(filename: "models/programs/ordercheck.h", directory: ".")
!71 = distinct !DILocation(line: 83, column: 3, scope: !72, inlinedAt: !73)
!72 = distinct !DISubprogram(name: "memcpy_nt", scope: !70, file: !70, line: 76, type: !8, scopeLine: 77, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!73 = distinct !DILocation(line: 168, column: 3, scope: !74, inlinedAt: !75)
!74 = distinct !DISubprogram(name: "copy_template", scope: !1, file: !1, line: 161, type: !8, scopeLine: 162, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!75 = distinct !DILocation(line: 183, column: 2, scope: !65, inlinedAt: !66)
!76 = !{i64 29300}
!77 = !DILocation(line: 304, column: 7, scope: !7)
!78 = !DILocation(line: 144, column: 9, scope: !79, inlinedAt: !80)
!79 = distinct !DISubprogram(name: "copy_words", scope: !1, file: !1, line: 137, type: !8, scopeLine: 138, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!80 = distinct !DILocation(line: 173, column: 2, scope: !81, inlinedAt: !82)
!81 = distinct !DISubprogram(name: "zone_device_page_init_slow", scope: !1, file: !1, line: 171, type: !8, scopeLine: 172, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!82 = distinct !DILocation(line: 180, column: 3, scope: !65, inlinedAt: !66)
!83 = !DILocation(line: 119, column: 3, scope: !22, inlinedAt: !84)
!84 = distinct !DILocation(line: 307, column: 4, scope: !7)
!85 = !DILocation(line: 120, column: 3, scope: !22, inlinedAt: !84)
!86 = !DILocation(line: 85, column: 24, scope: !50, inlinedAt: !87)
!87 = distinct !DILocation(line: 229, column: 22, scope: !88, inlinedAt: !89)
!88 = distinct !DISubprogram(name: "memmap_init_compound", scope: !1, file: !1, line: 226, type: !8, scopeLine: 227, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!89 = distinct !DILocation(line: 308, column: 3, scope: !7)
!90 = !DILocation(line: 85, column: 9, scope: !50, inlinedAt: !87)
!91 = !DILocation(line: 85, column: 37, scope: !50, inlinedAt: !87)
!92 = !DILocation(line: 192, column: 24, scope: !93, inlinedAt: !94)
!93 = distinct !DISubprogram(name: "__SetPageHead", scope: !1, file: !1, line: 190, type: !8, scopeLine: 191, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!94 = distinct !DILocation(line: 234, column: 3, scope: !88, inlinedAt: !89)
!95 = !DILocation(line: 194, column: 2, scope: !93, inlinedAt: !94)
!96 = !DILocation(line: 239, column: 27, scope: !88, inlinedAt: !89)
!97 = !DILocation(line: 239, column: 47, scope: !88, inlinedAt: !89)
!98 = !DILocation(line: 251, column: 2, scope: !88, inlinedAt: !89)
!99 = !DILocation(line: 252, column: 36, scope: !88, inlinedAt: !89)
!100 = !DILocation(line: 0, scope: !65, inlinedAt: !101)
!101 = distinct !DILocation(line: 252, column: 3, scope: !88, inlinedAt: !89)
!102 = !DILocation(line: 179, column: 6, scope: !65, inlinedAt: !101)
!103 = !DILocation(line: 144, column: 9, scope: !79, inlinedAt: !104)
!104 = distinct !DILocation(line: 173, column: 2, scope: !81, inlinedAt: !105)
!105 = distinct !DILocation(line: 180, column: 3, scope: !65, inlinedAt: !101)
!106 = !DILocation(line: 251, column: 18, scope: !88, inlinedAt: !89)
!107 = !DILocation(line: 72, column: 2, scope: !69, inlinedAt: !108)
!108 = distinct !DILocation(line: 83, column: 3, scope: !72, inlinedAt: !109)
!109 = distinct !DILocation(line: 168, column: 3, scope: !74, inlinedAt: !110)
!110 = distinct !DILocation(line: 183, column: 2, scope: !65, inlinedAt: !101)
!111 = !DILocation(line: 251, column: 11, scope: !88, inlinedAt: !89)
!112 = distinct !{!112, !98, !113, !37}
!113 = !DILocation(line: 252, column: 50, scope: !88, inlinedAt: !89)
!114 = !DILocation(line: 116, column: 6, scope: !22, inlinedAt: !115)
!115 = distinct !DILocation(line: 257, column: 3, scope: !88, inlinedAt: !89)
!116 = !DILocation(line: 119, column: 3, scope: !22, inlinedAt: !115)
!117 = !DILocation(line: 120, column: 3, scope: !22, inlinedAt: !115)
!118 = !DILocation(line: 204, column: 28, scope: !119, inlinedAt: !120)
!119 = distinct !DISubprogram(name: "prep_compound_head", scope: !1, file: !1, line: 202, type: !8, scopeLine: 203, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!120 = distinct !DILocation(line: 258, column: 2, scope: !88, inlinedAt: !89)
!121 = !DILocation(line: 209, column: 8, scope: !119, inlinedAt: !120)
!122 = !DILocation(line: 210, column: 10, scope: !119, inlinedAt: !120)
!123 = !DILocation(line: 211, column: 2, scope: !119, inlinedAt: !120)
!124 = !DILocation(line: 212, column: 2, scope: !119, inlinedAt: !120)
!125 = !DILocation(line: 213, column: 2, scope: !119, inlinedAt: !120)
!126 = !DILocation(line: 214, column: 2, scope: !119, inlinedAt: !120)
!127 = !DILocation(line: 215, column: 2, scope: !119, inlinedAt: !120)
!128 = !DILocation(line: 216, column: 2, scope: !119, inlinedAt: !120)
!129 = !DILocation(line: 217, column: 2, scope: !119, inlinedAt: !120)
!130 = !DILocation(line: 218, column: 2, scope: !119, inlinedAt: !120)
!131 = !DILocation(line: 219, column: 2, scope: !119, inlinedAt: !120)
!132 = !DILocation(line: 220, column: 6, scope: !119, inlinedAt: !120)
!133 = !DILocation(line: 221, column: 3, scope: !119, inlinedAt: !120)
!134 = !DILocation(line: 222, column: 3, scope: !119, inlinedAt: !120)
!135 = !DILocation(line: 223, column: 2, scope: !119, inlinedAt: !120)
!136 = !DILocation(line: 301, column: 62, scope: !7)
!137 = distinct !{!137, !20, !138, !37}
!138 = !DILocation(line: 309, column: 2, scope: !7)
!139 = !DISubprogram(name: "ordercheck_assume", scope: !70, file: !70, line: 13, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!140 = !DISubprogram(name: "ordercheck_label", scope: !70, file: !70, line: 28, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!141 = !DISubprogram(name: "ordercheck_expect", scope: !70, file: !70, line: 25, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!142 = !DISubprogram(name: "ordercheck_lasting", scope: !70, file: !70, line: 22, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
