; ModuleID = 'models/programs/zone_device/memmap_init.c'
source_filename = "models/programs/zone_device/memmap_init.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%struct.page = type { i64, %union.anon, %union.anon.0, i32, i32, %union.anon.2 }
%union.anon = type { i64 }
%union.anon.0 = type { %struct.anon }
%struct.anon = type { i64, i64, i64, i64 }
%union.anon.2 = type { i64 }

@.str = private unnamed_addr constant [3 x i8] c"D1\00", align 1
@vmemmap_base = external dso_local local_unnamed_addr global i64, align 8
@.str.1 = private unnamed_addr constant [3 x i8] c"D2\00", align 1
@.str.2 = private unnamed_addr constant [8 x i8] c"PG_head\00", align 1
@.str.3 = private unnamed_addr constant [13 x i8] c"is it large?\00", align 1
@.str.4 = private unnamed_addr constant [6 x i8] c"order\00", align 1
@.str.5 = private unnamed_addr constant [16 x i8] c"_large_mapcount\00", align 1
@.str.6 = private unnamed_addr constant [17 x i8] c"_nr_pages_mapped\00", align 1
@.str.7 = private unnamed_addr constant [17 x i8] c"_entire_mapcount\00", align 1
@.str.8 = private unnamed_addr constant [10 x i8] c"_pincount\00", align 1
@.str.9 = private unnamed_addr constant [19 x i8] c"_mm_id_mapcount[0]\00", align 1
@.str.10 = private unnamed_addr constant [19 x i8] c"_mm_id_mapcount[1]\00", align 1
@.str.11 = private unnamed_addr constant [8 x i8] c"_mm_ids\00", align 1
@.str.12 = private unnamed_addr constant [10 x i8] c"_nr_pages\00", align 1
@.str.13 = private unnamed_addr constant [20 x i8] c"_deferred_list.next\00", align 1
@.str.14 = private unnamed_addr constant [20 x i8] c"_deferred_list.prev\00", align 1
@.str.15 = private unnamed_addr constant [15 x i8] c"pageblock pass\00", align 1

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
  %cmp22112 = icmp ugt i64 %add, %start_pfn, !dbg !19
  br i1 %cmp22112, label %for.body.lr.ph, label %pageblock_migratetype_init_range.exit, !dbg !20

for.body.lr.ph:                                   ; preds = %entry
  %cmp23 = icmp eq i64 %pfns_per_compound, 1
  %spec.select = select i1 %vmemmap_optimized, i64 128, i64 %pfns_per_compound
  %cmp.i110 = icmp ugt i64 %spec.select, 1
  %5 = tail call range(i64 0, 65) i64 @llvm.ctlz.i64(i64 %pfns_per_compound, i1 true)
  %conv.i = trunc i64 %pfns_per_compound to i32
  %cmp.i83 = icmp ugt i64 %pfns_per_compound, 2
  br label %for.body, !dbg !20

for.cond.cleanup:                                 ; preds = %for.inc
  %brmerge.not = and i1 %cmp22112, %debug_vm, !dbg !21
  br i1 %brmerge.not, label %for.cond2.i.preheader.preheader, label %pageblock_migratetype_init_range.exit, !dbg !21

for.cond2.i.preheader.preheader:                  ; preds = %for.cond.cleanup
  %sub.i = add i64 %start_pfn, 511, !dbg !24
  %and.i = and i64 %sub.i, -512, !dbg !25
  br label %for.cond2.i.preheader, !dbg !26

for.cond.i47.loopexit:                            ; preds = %compound_page.exit, %for.cond2.i.preheader
  %block.1.i.lcssa = phi i64 [ %block.0.i119, %for.cond2.i.preheader ], [ %add8.i, %compound_page.exit ], !dbg !27
  %cmp.i48 = icmp ult i64 %add3.i, %add, !dbg !28
  br i1 %cmp.i48, label %for.cond2.i.preheader, label %pageblock_migratetype_init_range.exit, !dbg !26, !llvm.loop !29

for.cond2.i.preheader:                            ; preds = %for.cond2.i.preheader.preheader, %for.cond.i47.loopexit
  %block.0.i119 = phi i64 [ %block.1.i.lcssa, %for.cond.i47.loopexit ], [ %and.i, %for.cond2.i.preheader.preheader ]
  %head.0.i118 = phi i64 [ %add3.i, %for.cond.i47.loopexit ], [ %start_pfn, %for.cond2.i.preheader.preheader ]
  %add3.i = add i64 %head.0.i118, %pfns_per_compound
  %invariant.umin = tail call i64 @llvm.umin.i64(i64 %add3.i, i64 %add), !dbg !32
  %or.cond114 = icmp ult i64 %block.0.i119, %invariant.umin, !dbg !33
  br i1 %or.cond114, label %for.body7.i.lr.ph, label %for.cond.i47.loopexit, !dbg !33

for.body7.i.lr.ph:                                ; preds = %for.cond2.i.preheader
  %add.i93 = add i64 %head.0.i118, 64
  br label %for.body7.i, !dbg !33

for.body7.i:                                      ; preds = %for.body7.i.lr.ph, %compound_page.exit
  %block.1.i115 = phi i64 [ %block.0.i119, %for.body7.i.lr.ph ], [ %add8.i, %compound_page.exit ]
  br i1 %vmemmap_optimized, label %land.lhs.true.i, label %compound_page.exit, !dbg !34

land.lhs.true.i:                                  ; preds = %for.body7.i
  %sub.i90 = sub i64 %block.1.i115, %head.0.i118, !dbg !37
  %cmp.i91 = icmp ugt i64 %sub.i90, 127, !dbg !38
  br i1 %cmp.i91, label %if.then.i92, label %compound_page.exit, !dbg !39

if.then.i92:                                      ; preds = %land.lhs.true.i
  %rem.i = and i64 %sub.i90, 63, !dbg !40
  %add2.i = add i64 %add.i93, %rem.i, !dbg !41
  br label %compound_page.exit, !dbg !42

compound_page.exit:                               ; preds = %for.body7.i, %land.lhs.true.i, %if.then.i92
  %pfn.addr.0.i = phi i64 [ %add2.i, %if.then.i92 ], [ %block.1.i115, %land.lhs.true.i ], [ %block.1.i115, %for.body7.i ]
  %6 = load i64, ptr @vmemmap_base, align 8, !dbg !43
  %7 = inttoptr i64 %6 to ptr, !dbg !46
  %add.ptr.i.i89 = getelementptr inbounds %struct.page, ptr %7, i64 %pfn.addr.0.i, !dbg !47
  tail call void @ordercheck_label(ptr noundef nonnull @.str.15) #4, !dbg !48
  %8 = load volatile i64, ptr %add.ptr.i.i89, align 8, !dbg !49
  %add8.i = add i64 %block.1.i115, 512, !dbg !50
  %or.cond = icmp ult i64 %add8.i, %invariant.umin, !dbg !33
  br i1 %or.cond, label %for.body7.i, label %for.cond.i47.loopexit, !dbg !33, !llvm.loop !51

pageblock_migratetype_init_range.exit:            ; preds = %for.cond.i47.loopexit, %for.cond.cleanup, %entry
  ret void, !dbg !53

for.body:                                         ; preds = %for.body.lr.ph, %for.inc
  %pfn.0113 = phi i64 [ %start_pfn, %for.body.lr.ph ], [ %add24, %for.inc ]
  %9 = load i64, ptr @vmemmap_base, align 8, !dbg !54
  %10 = inttoptr i64 %9 to ptr, !dbg !56
  %add.ptr.i = getelementptr inbounds %struct.page, ptr %10, i64 %pfn.0113, !dbg !57
  %arrayidx.i66.1 = getelementptr inbounds i8, ptr %add.ptr.i, i64 8, !dbg !58
  %arrayidx.i66.2 = getelementptr inbounds i8, ptr %add.ptr.i, i64 16, !dbg !58
  %arrayidx.i66.3 = getelementptr inbounds i8, ptr %add.ptr.i, i64 24, !dbg !58
  %arrayidx.i66.4 = getelementptr inbounds i8, ptr %add.ptr.i, i64 32, !dbg !58
  %arrayidx.i66.5 = getelementptr inbounds i8, ptr %add.ptr.i, i64 40, !dbg !58
  %arrayidx.i66.6 = getelementptr inbounds i8, ptr %add.ptr.i, i64 48, !dbg !58
  %arrayidx.i66.7 = getelementptr inbounds i8, ptr %add.ptr.i, i64 56, !dbg !58
  br i1 %use_template, label %zone_device_page_init.exit, label %zone_device_page_init.exit.thread, !dbg !61

zone_device_page_init.exit:                       ; preds = %for.body
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr elementtype(i64) %add.ptr.i, i64 6755398367318016) #5, !dbg !62, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i66.1, i64 -131387344551936) #5, !dbg !62, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i66.2, i64 0) #5, !dbg !62, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i66.3, i64 0) #5, !dbg !62, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i66.4, i64 0) #5, !dbg !62, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i66.5, i64 0) #5, !dbg !62, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i66.6, i64 8589934591) #5, !dbg !62, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i66.7, i64 0) #5, !dbg !62, !srcloc !70
  br i1 %cmp23, label %for.inc, label %if.end.i41, !dbg !71

zone_device_page_init.exit.thread:                ; preds = %for.body
  store i64 6755398367318016, ptr %add.ptr.i, align 8, !dbg !72
  store i64 -131387344551936, ptr %arrayidx.i66.1, align 8, !dbg !72
  store i64 0, ptr %arrayidx.i66.2, align 8, !dbg !72
  store i64 0, ptr %arrayidx.i66.3, align 8, !dbg !72
  store i64 0, ptr %arrayidx.i66.4, align 8, !dbg !72
  store i64 0, ptr %arrayidx.i66.5, align 8, !dbg !72
  store i64 8589934591, ptr %arrayidx.i66.6, align 8, !dbg !72
  store i64 0, ptr %arrayidx.i66.7, align 8, !dbg !72
  br i1 %cmp23, label %for.inc, label %drain.exit, !dbg !71

if.end.i41:                                       ; preds = %zone_device_page_init.exit
  tail call void @ordercheck_label(ptr noundef nonnull @.str) #4, !dbg !77
  tail call void asm sideeffect "sfence", "~{memory},~{dirflag},~{fpsr},~{flags}"() #5, !dbg !80, !srcloc !85
  br label %drain.exit, !dbg !86

drain.exit:                                       ; preds = %zone_device_page_init.exit.thread, %if.end.i41
  %11 = load i64, ptr @vmemmap_base, align 8, !dbg !87
  %12 = inttoptr i64 %11 to ptr, !dbg !91
  %add.ptr.i.i = getelementptr inbounds %struct.page, ptr %12, i64 %pfn.0113, !dbg !92
  tail call void @ordercheck_label(ptr noundef nonnull @.str.2) #4, !dbg !93
  %13 = load i64, ptr %add.ptr.i.i, align 8, !dbg !93
  %call.i77 = tail call i64 @ordercheck_expect(i64 noundef %13, i64 noundef 6755398367318016) #4, !dbg !93
  tail call void @ordercheck_label(ptr noundef nonnull @.str.2) #4, !dbg !96
  %or.i = or i64 %call.i77, 64, !dbg !96
  store i64 %or.i, ptr %add.ptr.i.i, align 8, !dbg !96
  tail call void @ordercheck_lasting(ptr noundef nonnull %add.ptr.i.i, i64 noundef 8) #4, !dbg !96
  %14 = ptrtoint ptr %add.ptr.i.i to i64, !dbg !97
  %add.i = add i64 %14, 1, !dbg !98
  br i1 %cmp.i110, label %for.body.i, label %for.end.i, !dbg !99

for.body.i:                                       ; preds = %drain.exit, %zone_device_page_init.exit.i
  %k.0.i111 = phi i64 [ %inc.i, %zone_device_page_init.exit.i ], [ 1, %drain.exit ]
  %add.ptr.i43 = getelementptr inbounds %struct.page, ptr %add.ptr.i.i, i64 %k.0.i111, !dbg !100
  %arrayidx.i73.1 = getelementptr inbounds i8, ptr %add.ptr.i43, i64 8, !dbg !101
  %arrayidx.i73.2 = getelementptr inbounds i8, ptr %add.ptr.i43, i64 16, !dbg !101
  %arrayidx.i73.3 = getelementptr inbounds i8, ptr %add.ptr.i43, i64 24, !dbg !101
  %arrayidx.i73.4 = getelementptr inbounds i8, ptr %add.ptr.i43, i64 32, !dbg !101
  %arrayidx.i73.5 = getelementptr inbounds i8, ptr %add.ptr.i43, i64 40, !dbg !101
  %arrayidx.i73.6 = getelementptr inbounds i8, ptr %add.ptr.i43, i64 48, !dbg !101
  %arrayidx.i73.7 = getelementptr inbounds i8, ptr %add.ptr.i43, i64 56, !dbg !101
  br i1 %use_template, label %for.body.i72.preheader, label %for.body.i57.preheader, !dbg !103

for.body.i57.preheader:                           ; preds = %for.body.i
  store i64 6755398367318016, ptr %add.ptr.i43, align 8, !dbg !104
  store i64 %add.i, ptr %arrayidx.i73.1, align 8, !dbg !104
  store i64 0, ptr %arrayidx.i73.2, align 8, !dbg !104
  store i64 -2401263026318605312, ptr %arrayidx.i73.3, align 8, !dbg !104
  store i64 0, ptr %arrayidx.i73.4, align 8, !dbg !104
  store i64 0, ptr %arrayidx.i73.5, align 8, !dbg !104
  store i64 8589934591, ptr %arrayidx.i73.6, align 8, !dbg !104
  store i64 0, ptr %arrayidx.i73.7, align 8, !dbg !104
  br label %zone_device_page_init.exit.i, !dbg !107

for.body.i72.preheader:                           ; preds = %for.body.i
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %add.ptr.i43, i64 6755398367318016) #5, !dbg !108, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i73.1, i64 %add.i) #5, !dbg !108, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i73.2, i64 0) #5, !dbg !108, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i73.3, i64 -2401263026318605312) #5, !dbg !108, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i73.4, i64 0) #5, !dbg !108, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i73.5, i64 0) #5, !dbg !108, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i73.6, i64 8589934591) #5, !dbg !108, !srcloc !70
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i73.7, i64 0) #5, !dbg !108, !srcloc !70
  br label %zone_device_page_init.exit.i, !dbg !107

zone_device_page_init.exit.i:                     ; preds = %for.body.i57.preheader, %for.body.i72.preheader
  %inc.i = add nuw i64 %k.0.i111, 1, !dbg !107
  %exitcond.not = icmp eq i64 %inc.i, %spec.select, !dbg !112
  br i1 %exitcond.not, label %for.end.i, label %for.body.i, !dbg !99, !llvm.loop !113

for.end.i:                                        ; preds = %zone_device_page_init.exit.i, %drain.exit
  br i1 %use_template, label %if.end.i12.i, label %memmap_init_compound.exit, !dbg !115

if.end.i12.i:                                     ; preds = %for.end.i
  tail call void @ordercheck_label(ptr noundef nonnull @.str.1) #4, !dbg !117
  tail call void asm sideeffect "sfence", "~{memory},~{dirflag},~{fpsr},~{flags}"() #5, !dbg !118, !srcloc !85
  br label %memmap_init_compound.exit, !dbg !121

memmap_init_compound.exit:                        ; preds = %for.end.i, %if.end.i12.i
  %add.ptr.i78 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 64, !dbg !122
  tail call void @ordercheck_label(ptr noundef nonnull @.str.3) #4, !dbg !125
  %15 = load i64, ptr %add.ptr.i.i, align 8, !dbg !125
  %call.i79 = tail call i64 @ordercheck_expect(i64 noundef %15, i64 noundef 6755398367318080) #4, !dbg !125
  tail call void @ordercheck_label(ptr noundef nonnull @.str.4) #4, !dbg !126
  %16 = load i64, ptr %add.ptr.i78, align 8, !dbg !126
  %call4.i = tail call i64 @ordercheck_expect(i64 noundef %16, i64 noundef 6755398367318016) #4, !dbg !126
  tail call void @ordercheck_label(ptr noundef nonnull @.str.4) #4, !dbg !127
  %and.i80 = and i64 %call4.i, -256, !dbg !127
  %17 = or disjoint i64 %and.i80, %5, !dbg !127
  %or.i82 = xor i64 %17, 63, !dbg !127
  store i64 %or.i82, ptr %add.ptr.i78, align 8, !dbg !127
  tail call void @ordercheck_lasting(ptr noundef nonnull %add.ptr.i78, i64 noundef 8) #4, !dbg !127
  tail call void @ordercheck_label(ptr noundef nonnull @.str.5) #4, !dbg !128
  %18 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 80, !dbg !128
  store i32 -1, ptr %18, align 8, !dbg !128
  tail call void @ordercheck_lasting(ptr noundef nonnull %18, i64 noundef 4) #4, !dbg !128
  tail call void @ordercheck_label(ptr noundef nonnull @.str.6) #4, !dbg !129
  %_nr_pages_mapped.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 84, !dbg !129
  store i32 0, ptr %_nr_pages_mapped.i, align 4, !dbg !129
  tail call void @ordercheck_lasting(ptr noundef nonnull %_nr_pages_mapped.i, i64 noundef 4) #4, !dbg !129
  tail call void @ordercheck_label(ptr noundef nonnull @.str.7) #4, !dbg !130
  %_entire_mapcount.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 88, !dbg !130
  store i32 -1, ptr %_entire_mapcount.i, align 8, !dbg !130
  tail call void @ordercheck_lasting(ptr noundef nonnull %_entire_mapcount.i, i64 noundef 4) #4, !dbg !130
  tail call void @ordercheck_label(ptr noundef nonnull @.str.8) #4, !dbg !131
  %_pincount.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 92, !dbg !131
  store i32 0, ptr %_pincount.i, align 4, !dbg !131
  tail call void @ordercheck_lasting(ptr noundef nonnull %_pincount.i, i64 noundef 4) #4, !dbg !131
  tail call void @ordercheck_label(ptr noundef nonnull @.str.9) #4, !dbg !132
  %_mm_id_mapcount.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 96, !dbg !132
  store i32 -1, ptr %_mm_id_mapcount.i, align 8, !dbg !132
  tail call void @ordercheck_lasting(ptr noundef nonnull %_mm_id_mapcount.i, i64 noundef 4) #4, !dbg !132
  tail call void @ordercheck_label(ptr noundef nonnull @.str.10) #4, !dbg !133
  %arrayidx31.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 100, !dbg !133
  store i32 -1, ptr %arrayidx31.i, align 4, !dbg !133
  tail call void @ordercheck_lasting(ptr noundef nonnull %arrayidx31.i, i64 noundef 4) #4, !dbg !133
  tail call void @ordercheck_label(ptr noundef nonnull @.str.11) #4, !dbg !134
  %_mm_ids.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 104, !dbg !134
  store i64 0, ptr %_mm_ids.i, align 8, !dbg !134
  tail call void @ordercheck_lasting(ptr noundef nonnull %_mm_ids.i, i64 noundef 8) #4, !dbg !134
  tail call void @ordercheck_label(ptr noundef nonnull @.str.12) #4, !dbg !135
  %19 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 120, !dbg !135
  store i32 %conv.i, ptr %19, align 8, !dbg !135
  tail call void @ordercheck_lasting(ptr noundef nonnull %19, i64 noundef 4) #4, !dbg !135
  br i1 %cmp.i83, label %do.body46.i, label %for.inc, !dbg !136

do.body46.i:                                      ; preds = %memmap_init_compound.exit
  tail call void @ordercheck_label(ptr noundef nonnull @.str.13) #4, !dbg !137
  %20 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 144, !dbg !137
  store ptr %20, ptr %20, align 8, !dbg !137
  tail call void @ordercheck_lasting(ptr noundef nonnull %20, i64 noundef 8) #4, !dbg !137
  tail call void @ordercheck_label(ptr noundef nonnull @.str.14) #4, !dbg !138
  %prev.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 152, !dbg !138
  store ptr %20, ptr %prev.i, align 8, !dbg !138
  tail call void @ordercheck_lasting(ptr noundef nonnull %prev.i, i64 noundef 8) #4, !dbg !138
  br label %for.inc, !dbg !139

for.inc:                                          ; preds = %do.body46.i, %memmap_init_compound.exit, %zone_device_page_init.exit.thread, %zone_device_page_init.exit
  %add24 = add i64 %pfn.0113, %pfns_per_compound, !dbg !140
  %cmp22 = icmp ult i64 %add24, %add, !dbg !19
  br i1 %cmp22, label %for.body, label %for.cond.cleanup, !dbg !20, !llvm.loop !141
}

declare !dbg !143 dso_local void @ordercheck_assume(i1 noundef zeroext) local_unnamed_addr #1

declare !dbg !144 dso_local void @ordercheck_label(ptr noundef) local_unnamed_addr #1

declare !dbg !145 dso_local i64 @ordercheck_expect(i64 noundef, i64 noundef) local_unnamed_addr #1

declare !dbg !146 dso_local void @ordercheck_lasting(ptr noundef, i64 noundef) local_unnamed_addr #1

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
!21 = !DILocation(line: 267, column: 6, scope: !22, inlinedAt: !23)
!22 = distinct !DISubprogram(name: "pageblock_migratetype_init_range", scope: !1, file: !1, line: 262, type: !8, scopeLine: 263, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!23 = distinct !DILocation(line: 316, column: 3, scope: !7)
!24 = !DILocation(line: 269, column: 48, scope: !22, inlinedAt: !23)
!25 = !DILocation(line: 269, column: 53, scope: !22, inlinedAt: !23)
!26 = !DILocation(line: 270, column: 2, scope: !22, inlinedAt: !23)
!27 = !DILocation(line: 0, scope: !22, inlinedAt: !23)
!28 = !DILocation(line: 270, column: 50, scope: !22, inlinedAt: !23)
!29 = distinct !{!29, !26, !30, !31}
!30 = !DILocation(line: 277, column: 2, scope: !22, inlinedAt: !23)
!31 = !{!"llvm.loop.mustprogress"}
!32 = !DILocation(line: 271, column: 3, scope: !22, inlinedAt: !23)
!33 = !DILocation(line: 271, column: 30, scope: !22, inlinedAt: !23)
!34 = !DILocation(line: 95, column: 30, scope: !35, inlinedAt: !36)
!35 = distinct !DISubprogram(name: "compound_page", scope: !1, file: !1, line: 92, type: !8, scopeLine: 94, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!36 = distinct !DILocation(line: 272, column: 24, scope: !22, inlinedAt: !23)
!37 = !DILocation(line: 95, column: 37, scope: !35, inlinedAt: !36)
!38 = !DILocation(line: 95, column: 48, scope: !35, inlinedAt: !36)
!39 = !DILocation(line: 95, column: 6, scope: !35, inlinedAt: !36)
!40 = !DILocation(line: 96, column: 42, scope: !35, inlinedAt: !36)
!41 = !DILocation(line: 96, column: 23, scope: !35, inlinedAt: !36)
!42 = !DILocation(line: 96, column: 3, scope: !35, inlinedAt: !36)
!43 = !DILocation(line: 85, column: 24, scope: !44, inlinedAt: !45)
!44 = distinct !DISubprogram(name: "pfn_to_page", scope: !1, file: !1, line: 83, type: !8, scopeLine: 84, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!45 = distinct !DILocation(line: 97, column: 9, scope: !35, inlinedAt: !36)
!46 = !DILocation(line: 85, column: 9, scope: !44, inlinedAt: !45)
!47 = !DILocation(line: 85, column: 37, scope: !44, inlinedAt: !45)
!48 = !DILocation(line: 274, column: 4, scope: !22, inlinedAt: !23)
!49 = !DILocation(line: 275, column: 10, scope: !22, inlinedAt: !23)
!50 = !DILocation(line: 271, column: 62, scope: !22, inlinedAt: !23)
!51 = distinct !{!51, !32, !52, !31}
!52 = !DILocation(line: 276, column: 3, scope: !22, inlinedAt: !23)
!53 = !DILocation(line: 317, column: 1, scope: !7)
!54 = !DILocation(line: 85, column: 24, scope: !44, inlinedAt: !55)
!55 = distinct !DILocation(line: 302, column: 32, scope: !7)
!56 = !DILocation(line: 85, column: 9, scope: !44, inlinedAt: !55)
!57 = !DILocation(line: 85, column: 37, scope: !44, inlinedAt: !55)
!58 = !DILocation(line: 0, scope: !59, inlinedAt: !60)
!59 = distinct !DISubprogram(name: "zone_device_page_init", scope: !1, file: !1, line: 176, type: !8, scopeLine: 178, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!60 = distinct !DILocation(line: 302, column: 3, scope: !7)
!61 = !DILocation(line: 179, column: 6, scope: !59, inlinedAt: !60)
!62 = !DILocation(line: 72, column: 2, scope: !63, inlinedAt: !65)
!63 = distinct !DISubprogram(name: "movnti", scope: !64, file: !64, line: 70, type: !8, scopeLine: 71, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!64 = !DIFile(filename: "models/programs/ordercheck.h", directory: ".")
!65 = distinct !DILocation(line: 83, column: 3, scope: !66, inlinedAt: !67)
!66 = distinct !DISubprogram(name: "memcpy_nt", scope: !64, file: !64, line: 76, type: !8, scopeLine: 77, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!67 = distinct !DILocation(line: 168, column: 3, scope: !68, inlinedAt: !69)
!68 = distinct !DISubprogram(name: "copy_template", scope: !1, file: !1, line: 161, type: !8, scopeLine: 162, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!69 = distinct !DILocation(line: 183, column: 2, scope: !59, inlinedAt: !60)
!70 = !{i64 29298}
!71 = !DILocation(line: 304, column: 7, scope: !7)
!72 = !DILocation(line: 144, column: 9, scope: !73, inlinedAt: !74)
!73 = distinct !DISubprogram(name: "copy_words", scope: !1, file: !1, line: 137, type: !8, scopeLine: 138, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!74 = distinct !DILocation(line: 173, column: 2, scope: !75, inlinedAt: !76)
!75 = distinct !DISubprogram(name: "zone_device_page_init_slow", scope: !1, file: !1, line: 171, type: !8, scopeLine: 172, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!76 = distinct !DILocation(line: 180, column: 3, scope: !59, inlinedAt: !60)
!77 = !DILocation(line: 122, column: 2, scope: !78, inlinedAt: !79)
!78 = distinct !DISubprogram(name: "drain", scope: !1, file: !1, line: 112, type: !8, scopeLine: 113, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!79 = distinct !DILocation(line: 307, column: 4, scope: !7)
!80 = !DILocation(line: 56, column: 2, scope: !81, inlinedAt: !82)
!81 = distinct !DISubprogram(name: "sfence", scope: !64, file: !64, line: 54, type: !8, scopeLine: 55, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!82 = distinct !DILocation(line: 89, column: 2, scope: !83, inlinedAt: !84)
!83 = distinct !DISubprogram(name: "memcpy_nt_drain", scope: !64, file: !64, line: 87, type: !8, scopeLine: 88, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!84 = distinct !DILocation(line: 126, column: 3, scope: !78, inlinedAt: !79)
!85 = !{i64 28882}
!86 = !DILocation(line: 127, column: 1, scope: !78, inlinedAt: !79)
!87 = !DILocation(line: 85, column: 24, scope: !44, inlinedAt: !88)
!88 = distinct !DILocation(line: 229, column: 22, scope: !89, inlinedAt: !90)
!89 = distinct !DISubprogram(name: "memmap_init_compound", scope: !1, file: !1, line: 226, type: !8, scopeLine: 227, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!90 = distinct !DILocation(line: 308, column: 3, scope: !7)
!91 = !DILocation(line: 85, column: 9, scope: !44, inlinedAt: !88)
!92 = !DILocation(line: 85, column: 37, scope: !44, inlinedAt: !88)
!93 = !DILocation(line: 192, column: 24, scope: !94, inlinedAt: !95)
!94 = distinct !DISubprogram(name: "__SetPageHead", scope: !1, file: !1, line: 190, type: !8, scopeLine: 191, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!95 = distinct !DILocation(line: 234, column: 3, scope: !89, inlinedAt: !90)
!96 = !DILocation(line: 194, column: 2, scope: !94, inlinedAt: !95)
!97 = !DILocation(line: 239, column: 27, scope: !89, inlinedAt: !90)
!98 = !DILocation(line: 239, column: 47, scope: !89, inlinedAt: !90)
!99 = !DILocation(line: 251, column: 2, scope: !89, inlinedAt: !90)
!100 = !DILocation(line: 252, column: 36, scope: !89, inlinedAt: !90)
!101 = !DILocation(line: 0, scope: !59, inlinedAt: !102)
!102 = distinct !DILocation(line: 252, column: 3, scope: !89, inlinedAt: !90)
!103 = !DILocation(line: 179, column: 6, scope: !59, inlinedAt: !102)
!104 = !DILocation(line: 144, column: 9, scope: !73, inlinedAt: !105)
!105 = distinct !DILocation(line: 173, column: 2, scope: !75, inlinedAt: !106)
!106 = distinct !DILocation(line: 180, column: 3, scope: !59, inlinedAt: !102)
!107 = !DILocation(line: 251, column: 18, scope: !89, inlinedAt: !90)
!108 = !DILocation(line: 72, column: 2, scope: !63, inlinedAt: !109)
!109 = distinct !DILocation(line: 83, column: 3, scope: !66, inlinedAt: !110)
!110 = distinct !DILocation(line: 168, column: 3, scope: !68, inlinedAt: !111)
!111 = distinct !DILocation(line: 183, column: 2, scope: !59, inlinedAt: !102)
!112 = !DILocation(line: 251, column: 11, scope: !89, inlinedAt: !90)
!113 = distinct !{!113, !99, !114, !31}
!114 = !DILocation(line: 252, column: 50, scope: !89, inlinedAt: !90)
!115 = !DILocation(line: 116, column: 6, scope: !78, inlinedAt: !116)
!116 = distinct !DILocation(line: 257, column: 3, scope: !89, inlinedAt: !90)
!117 = !DILocation(line: 122, column: 2, scope: !78, inlinedAt: !116)
!118 = !DILocation(line: 56, column: 2, scope: !81, inlinedAt: !119)
!119 = distinct !DILocation(line: 89, column: 2, scope: !83, inlinedAt: !120)
!120 = distinct !DILocation(line: 126, column: 3, scope: !78, inlinedAt: !116)
!121 = !DILocation(line: 127, column: 1, scope: !78, inlinedAt: !116)
!122 = !DILocation(line: 204, column: 28, scope: !123, inlinedAt: !124)
!123 = distinct !DISubprogram(name: "prep_compound_head", scope: !1, file: !1, line: 202, type: !8, scopeLine: 203, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!124 = distinct !DILocation(line: 258, column: 2, scope: !89, inlinedAt: !90)
!125 = !DILocation(line: 209, column: 8, scope: !123, inlinedAt: !124)
!126 = !DILocation(line: 210, column: 10, scope: !123, inlinedAt: !124)
!127 = !DILocation(line: 211, column: 2, scope: !123, inlinedAt: !124)
!128 = !DILocation(line: 212, column: 2, scope: !123, inlinedAt: !124)
!129 = !DILocation(line: 213, column: 2, scope: !123, inlinedAt: !124)
!130 = !DILocation(line: 214, column: 2, scope: !123, inlinedAt: !124)
!131 = !DILocation(line: 215, column: 2, scope: !123, inlinedAt: !124)
!132 = !DILocation(line: 216, column: 2, scope: !123, inlinedAt: !124)
!133 = !DILocation(line: 217, column: 2, scope: !123, inlinedAt: !124)
!134 = !DILocation(line: 218, column: 2, scope: !123, inlinedAt: !124)
!135 = !DILocation(line: 219, column: 2, scope: !123, inlinedAt: !124)
!136 = !DILocation(line: 220, column: 6, scope: !123, inlinedAt: !124)
!137 = !DILocation(line: 221, column: 3, scope: !123, inlinedAt: !124)
!138 = !DILocation(line: 222, column: 3, scope: !123, inlinedAt: !124)
!139 = !DILocation(line: 223, column: 2, scope: !123, inlinedAt: !124)
!140 = !DILocation(line: 301, column: 62, scope: !7)
!141 = distinct !{!141, !20, !142, !31}
!142 = !DILocation(line: 309, column: 2, scope: !7)
!143 = !DISubprogram(name: "ordercheck_assume", scope: !64, file: !64, line: 13, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!144 = !DISubprogram(name: "ordercheck_label", scope: !64, file: !64, line: 28, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!145 = !DISubprogram(name: "ordercheck_expect", scope: !64, file: !64, line: 25, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!146 = !DISubprogram(name: "ordercheck_lasting", scope: !64, file: !64, line: 22, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
