; ModuleID = 'models/programs/zone_device/memmap_init.c'
source_filename = "models/programs/zone_device/memmap_init.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%struct.page = type { i64, %union.anon, %union.anon.0, i32, i32, %union.anon.2 }
%union.anon = type { i64 }
%union.anon.0 = type { %struct.anon }
%struct.anon = type { i64, i64, i64, i64 }
%union.anon.2 = type { i64 }

@.str = private unnamed_addr constant [3 x i8] c"D3\00", align 1
@vmemmap_base = external dso_local local_unnamed_addr global i64, align 8
@.str.1 = private unnamed_addr constant [3 x i8] c"D1\00", align 1
@.str.2 = private unnamed_addr constant [3 x i8] c"D2\00", align 1
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
  %cmp22121 = icmp ugt i64 %add, %start_pfn, !dbg !19
  br i1 %cmp22121, label %for.body.lr.ph, label %for.cond.cleanup, !dbg !20

for.body.lr.ph:                                   ; preds = %entry
  %cmp23 = icmp eq i64 %pfns_per_compound, 1
  %spec.select = select i1 %vmemmap_optimized, i64 128, i64 %pfns_per_compound
  %cmp.i119 = icmp ugt i64 %spec.select, 1
  %5 = tail call range(i64 0, 65) i64 @llvm.ctlz.i64(i64 %pfns_per_compound, i1 true)
  %conv.i = trunc i64 %pfns_per_compound to i32
  %cmp.i91 = icmp ugt i64 %pfns_per_compound, 2
  br label %for.body, !dbg !20

for.cond.cleanup:                                 ; preds = %for.inc, %entry
  br i1 %use_template, label %if.end.i50, label %drain.exit51, !dbg !21

if.end.i50:                                       ; preds = %for.cond.cleanup
  tail call void @ordercheck_label(ptr noundef nonnull @.str) #4, !dbg !24
  tail call void asm sideeffect "sfence", "~{memory},~{dirflag},~{fpsr},~{flags}"() #5, !dbg !25, !srcloc !31
  br label %drain.exit51, !dbg !32

drain.exit51:                                     ; preds = %for.cond.cleanup, %if.end.i50
  %brmerge.not = and i1 %cmp22121, %debug_vm, !dbg !33
  br i1 %brmerge.not, label %for.cond2.i.preheader.preheader, label %pageblock_migratetype_init_range.exit, !dbg !33

for.cond2.i.preheader.preheader:                  ; preds = %drain.exit51
  %sub.i = add i64 %start_pfn, 511, !dbg !36
  %and.i = and i64 %sub.i, -512, !dbg !37
  br label %for.cond2.i.preheader, !dbg !38

for.cond.i55.loopexit:                            ; preds = %compound_page.exit, %for.cond2.i.preheader
  %block.1.i.lcssa = phi i64 [ %block.0.i128, %for.cond2.i.preheader ], [ %add8.i, %compound_page.exit ], !dbg !39
  %cmp.i56 = icmp ult i64 %add3.i, %add, !dbg !40
  br i1 %cmp.i56, label %for.cond2.i.preheader, label %pageblock_migratetype_init_range.exit, !dbg !38, !llvm.loop !41

for.cond2.i.preheader:                            ; preds = %for.cond2.i.preheader.preheader, %for.cond.i55.loopexit
  %block.0.i128 = phi i64 [ %block.1.i.lcssa, %for.cond.i55.loopexit ], [ %and.i, %for.cond2.i.preheader.preheader ]
  %head.0.i127 = phi i64 [ %add3.i, %for.cond.i55.loopexit ], [ %start_pfn, %for.cond2.i.preheader.preheader ]
  %add3.i = add i64 %head.0.i127, %pfns_per_compound
  %invariant.umin = tail call i64 @llvm.umin.i64(i64 %add3.i, i64 %add), !dbg !44
  %or.cond123 = icmp ult i64 %block.0.i128, %invariant.umin, !dbg !45
  br i1 %or.cond123, label %for.body7.i.lr.ph, label %for.cond.i55.loopexit, !dbg !45

for.body7.i.lr.ph:                                ; preds = %for.cond2.i.preheader
  %add.i101 = add i64 %head.0.i127, 64
  br label %for.body7.i, !dbg !45

for.body7.i:                                      ; preds = %for.body7.i.lr.ph, %compound_page.exit
  %block.1.i124 = phi i64 [ %block.0.i128, %for.body7.i.lr.ph ], [ %add8.i, %compound_page.exit ]
  br i1 %vmemmap_optimized, label %land.lhs.true.i, label %compound_page.exit, !dbg !46

land.lhs.true.i:                                  ; preds = %for.body7.i
  %sub.i98 = sub i64 %block.1.i124, %head.0.i127, !dbg !49
  %cmp.i99 = icmp ugt i64 %sub.i98, 127, !dbg !50
  br i1 %cmp.i99, label %if.then.i100, label %compound_page.exit, !dbg !51

if.then.i100:                                     ; preds = %land.lhs.true.i
  %rem.i = and i64 %sub.i98, 63, !dbg !52
  %add2.i = add i64 %add.i101, %rem.i, !dbg !53
  br label %compound_page.exit, !dbg !54

compound_page.exit:                               ; preds = %for.body7.i, %land.lhs.true.i, %if.then.i100
  %pfn.addr.0.i = phi i64 [ %add2.i, %if.then.i100 ], [ %block.1.i124, %land.lhs.true.i ], [ %block.1.i124, %for.body7.i ]
  %6 = load i64, ptr @vmemmap_base, align 8, !dbg !55
  %7 = inttoptr i64 %6 to ptr, !dbg !58
  %add.ptr.i.i97 = getelementptr inbounds %struct.page, ptr %7, i64 %pfn.addr.0.i, !dbg !59
  tail call void @ordercheck_label(ptr noundef nonnull @.str.16) #4, !dbg !60
  %8 = load volatile i64, ptr %add.ptr.i.i97, align 8, !dbg !61
  %add8.i = add i64 %block.1.i124, 512, !dbg !62
  %or.cond = icmp ult i64 %add8.i, %invariant.umin, !dbg !45
  br i1 %or.cond, label %for.body7.i, label %for.cond.i55.loopexit, !dbg !45, !llvm.loop !63

pageblock_migratetype_init_range.exit:            ; preds = %for.cond.i55.loopexit, %drain.exit51
  ret void, !dbg !65

for.body:                                         ; preds = %for.body.lr.ph, %for.inc
  %pfn.0122 = phi i64 [ %start_pfn, %for.body.lr.ph ], [ %add24, %for.inc ]
  %9 = load i64, ptr @vmemmap_base, align 8, !dbg !66
  %10 = inttoptr i64 %9 to ptr, !dbg !68
  %add.ptr.i = getelementptr inbounds %struct.page, ptr %10, i64 %pfn.0122, !dbg !69
  %arrayidx.i74.1 = getelementptr inbounds i8, ptr %add.ptr.i, i64 8, !dbg !70
  %arrayidx.i74.2 = getelementptr inbounds i8, ptr %add.ptr.i, i64 16, !dbg !70
  %arrayidx.i74.3 = getelementptr inbounds i8, ptr %add.ptr.i, i64 24, !dbg !70
  %arrayidx.i74.4 = getelementptr inbounds i8, ptr %add.ptr.i, i64 32, !dbg !70
  %arrayidx.i74.5 = getelementptr inbounds i8, ptr %add.ptr.i, i64 40, !dbg !70
  %arrayidx.i74.6 = getelementptr inbounds i8, ptr %add.ptr.i, i64 48, !dbg !70
  %arrayidx.i74.7 = getelementptr inbounds i8, ptr %add.ptr.i, i64 56, !dbg !70
  br i1 %use_template, label %for.body.i73.preheader, label %for.body.i60.preheader, !dbg !73

for.body.i60.preheader:                           ; preds = %for.body
  store i64 6755398367318016, ptr %add.ptr.i, align 8, !dbg !74
  store i64 -131387344551936, ptr %arrayidx.i74.1, align 8, !dbg !74
  store i64 0, ptr %arrayidx.i74.2, align 8, !dbg !74
  store i64 0, ptr %arrayidx.i74.3, align 8, !dbg !74
  store i64 0, ptr %arrayidx.i74.4, align 8, !dbg !74
  store i64 0, ptr %arrayidx.i74.5, align 8, !dbg !74
  store i64 8589934591, ptr %arrayidx.i74.6, align 8, !dbg !74
  store i64 0, ptr %arrayidx.i74.7, align 8, !dbg !74
  br label %zone_device_page_init.exit, !dbg !79

for.body.i73.preheader:                           ; preds = %for.body
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr elementtype(i64) %add.ptr.i, i64 6755398367318016) #5, !dbg !80, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i74.1, i64 -131387344551936) #5, !dbg !80, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i74.2, i64 0) #5, !dbg !80, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i74.3, i64 0) #5, !dbg !80, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i74.4, i64 0) #5, !dbg !80, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i74.5, i64 0) #5, !dbg !80, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i74.6, i64 8589934591) #5, !dbg !80, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i74.7, i64 0) #5, !dbg !80, !srcloc !87
  br label %zone_device_page_init.exit, !dbg !79

zone_device_page_init.exit:                       ; preds = %for.body.i60.preheader, %for.body.i73.preheader
  br i1 %cmp23, label %for.inc, label %if.end, !dbg !79

if.end:                                           ; preds = %zone_device_page_init.exit
  %11 = load i64, ptr @vmemmap_base, align 8, !dbg !88
  %12 = inttoptr i64 %11 to ptr, !dbg !92
  %add.ptr.i.i = getelementptr inbounds %struct.page, ptr %12, i64 %pfn.0122, !dbg !93
  tail call void @ordercheck_label(ptr noundef nonnull @.str.3) #4, !dbg !94
  %13 = load i64, ptr %add.ptr.i.i, align 8, !dbg !94
  %call.i85 = tail call i64 @ordercheck_expect(i64 noundef %13, i64 noundef 6755398367318016) #4, !dbg !94
  tail call void @ordercheck_label(ptr noundef nonnull @.str.3) #4, !dbg !97
  %or.i = or i64 %call.i85, 64, !dbg !97
  store i64 %or.i, ptr %add.ptr.i.i, align 8, !dbg !97
  tail call void @ordercheck_lasting(ptr noundef nonnull %add.ptr.i.i, i64 noundef 8) #4, !dbg !97
  br i1 %use_template, label %if.end.i46, label %drain.exit47, !dbg !98

if.end.i46:                                       ; preds = %if.end
  tail call void @ordercheck_label(ptr noundef nonnull @.str.1) #4, !dbg !100
  tail call void asm sideeffect "sfence", "~{memory},~{dirflag},~{fpsr},~{flags}"() #5, !dbg !101, !srcloc !31
  br label %drain.exit47, !dbg !104

drain.exit47:                                     ; preds = %if.end, %if.end.i46
  %14 = ptrtoint ptr %add.ptr.i.i to i64, !dbg !105
  %add.i = add i64 %14, 1, !dbg !106
  br i1 %cmp.i119, label %for.body.i, label %memmap_init_compound.exit, !dbg !107

for.body.i:                                       ; preds = %drain.exit47, %zone_device_page_init.exit.i
  %k.0.i120 = phi i64 [ %inc.i, %zone_device_page_init.exit.i ], [ 1, %drain.exit47 ]
  %add.ptr.i40 = getelementptr inbounds %struct.page, ptr %add.ptr.i.i, i64 %k.0.i120, !dbg !108
  %arrayidx.i81.1 = getelementptr inbounds i8, ptr %add.ptr.i40, i64 8, !dbg !109
  %arrayidx.i81.2 = getelementptr inbounds i8, ptr %add.ptr.i40, i64 16, !dbg !109
  %arrayidx.i81.3 = getelementptr inbounds i8, ptr %add.ptr.i40, i64 24, !dbg !109
  %arrayidx.i81.4 = getelementptr inbounds i8, ptr %add.ptr.i40, i64 32, !dbg !109
  %arrayidx.i81.5 = getelementptr inbounds i8, ptr %add.ptr.i40, i64 40, !dbg !109
  %arrayidx.i81.6 = getelementptr inbounds i8, ptr %add.ptr.i40, i64 48, !dbg !109
  %arrayidx.i81.7 = getelementptr inbounds i8, ptr %add.ptr.i40, i64 56, !dbg !109
  br i1 %use_template, label %for.body.i80.preheader, label %for.body.i65.preheader, !dbg !111

for.body.i65.preheader:                           ; preds = %for.body.i
  store i64 6755398367318016, ptr %add.ptr.i40, align 8, !dbg !112
  store i64 %add.i, ptr %arrayidx.i81.1, align 8, !dbg !112
  store i64 0, ptr %arrayidx.i81.2, align 8, !dbg !112
  store i64 -2401263026318605312, ptr %arrayidx.i81.3, align 8, !dbg !112
  store i64 0, ptr %arrayidx.i81.4, align 8, !dbg !112
  store i64 0, ptr %arrayidx.i81.5, align 8, !dbg !112
  store i64 8589934591, ptr %arrayidx.i81.6, align 8, !dbg !112
  store i64 0, ptr %arrayidx.i81.7, align 8, !dbg !112
  br label %zone_device_page_init.exit.i, !dbg !115

for.body.i80.preheader:                           ; preds = %for.body.i
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %add.ptr.i40, i64 6755398367318016) #5, !dbg !116, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i81.1, i64 %add.i) #5, !dbg !116, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i81.2, i64 0) #5, !dbg !116, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i81.3, i64 -2401263026318605312) #5, !dbg !116, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i81.4, i64 0) #5, !dbg !116, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i81.5, i64 0) #5, !dbg !116, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i81.6, i64 8589934591) #5, !dbg !116, !srcloc !87
  tail call void asm sideeffect "movntiq $1, $0", "=*m,r,~{dirflag},~{fpsr},~{flags}"(ptr nonnull elementtype(i64) %arrayidx.i81.7, i64 0) #5, !dbg !116, !srcloc !87
  br label %zone_device_page_init.exit.i, !dbg !115

zone_device_page_init.exit.i:                     ; preds = %for.body.i65.preheader, %for.body.i80.preheader
  %inc.i = add nuw i64 %k.0.i120, 1, !dbg !115
  %exitcond.not = icmp eq i64 %inc.i, %spec.select, !dbg !120
  br i1 %exitcond.not, label %memmap_init_compound.exit, label %for.body.i, !dbg !107, !llvm.loop !121

memmap_init_compound.exit:                        ; preds = %zone_device_page_init.exit.i, %drain.exit47
  br i1 %use_template, label %if.end.i43, label %drain.exit, !dbg !123

if.end.i43:                                       ; preds = %memmap_init_compound.exit
  tail call void @ordercheck_label(ptr noundef nonnull @.str.2) #4, !dbg !125
  tail call void asm sideeffect "sfence", "~{memory},~{dirflag},~{fpsr},~{flags}"() #5, !dbg !126, !srcloc !31
  br label %drain.exit, !dbg !129

drain.exit:                                       ; preds = %memmap_init_compound.exit, %if.end.i43
  %add.ptr.i86 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 64, !dbg !130
  tail call void @ordercheck_label(ptr noundef nonnull @.str.4) #4, !dbg !133
  %15 = load i64, ptr %add.ptr.i.i, align 8, !dbg !133
  %call.i87 = tail call i64 @ordercheck_expect(i64 noundef %15, i64 noundef 6755398367318080) #4, !dbg !133
  tail call void @ordercheck_label(ptr noundef nonnull @.str.5) #4, !dbg !134
  %16 = load i64, ptr %add.ptr.i86, align 8, !dbg !134
  %call4.i = tail call i64 @ordercheck_expect(i64 noundef %16, i64 noundef 6755398367318016) #4, !dbg !134
  tail call void @ordercheck_label(ptr noundef nonnull @.str.5) #4, !dbg !135
  %and.i88 = and i64 %call4.i, -256, !dbg !135
  %17 = or disjoint i64 %and.i88, %5, !dbg !135
  %or.i90 = xor i64 %17, 63, !dbg !135
  store i64 %or.i90, ptr %add.ptr.i86, align 8, !dbg !135
  tail call void @ordercheck_lasting(ptr noundef nonnull %add.ptr.i86, i64 noundef 8) #4, !dbg !135
  tail call void @ordercheck_label(ptr noundef nonnull @.str.6) #4, !dbg !136
  %18 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 80, !dbg !136
  store i32 -1, ptr %18, align 8, !dbg !136
  tail call void @ordercheck_lasting(ptr noundef nonnull %18, i64 noundef 4) #4, !dbg !136
  tail call void @ordercheck_label(ptr noundef nonnull @.str.7) #4, !dbg !137
  %_nr_pages_mapped.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 84, !dbg !137
  store i32 0, ptr %_nr_pages_mapped.i, align 4, !dbg !137
  tail call void @ordercheck_lasting(ptr noundef nonnull %_nr_pages_mapped.i, i64 noundef 4) #4, !dbg !137
  tail call void @ordercheck_label(ptr noundef nonnull @.str.8) #4, !dbg !138
  %_entire_mapcount.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 88, !dbg !138
  store i32 -1, ptr %_entire_mapcount.i, align 8, !dbg !138
  tail call void @ordercheck_lasting(ptr noundef nonnull %_entire_mapcount.i, i64 noundef 4) #4, !dbg !138
  tail call void @ordercheck_label(ptr noundef nonnull @.str.9) #4, !dbg !139
  %_pincount.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 92, !dbg !139
  store i32 0, ptr %_pincount.i, align 4, !dbg !139
  tail call void @ordercheck_lasting(ptr noundef nonnull %_pincount.i, i64 noundef 4) #4, !dbg !139
  tail call void @ordercheck_label(ptr noundef nonnull @.str.10) #4, !dbg !140
  %_mm_id_mapcount.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 96, !dbg !140
  store i32 -1, ptr %_mm_id_mapcount.i, align 8, !dbg !140
  tail call void @ordercheck_lasting(ptr noundef nonnull %_mm_id_mapcount.i, i64 noundef 4) #4, !dbg !140
  tail call void @ordercheck_label(ptr noundef nonnull @.str.11) #4, !dbg !141
  %arrayidx31.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 100, !dbg !141
  store i32 -1, ptr %arrayidx31.i, align 4, !dbg !141
  tail call void @ordercheck_lasting(ptr noundef nonnull %arrayidx31.i, i64 noundef 4) #4, !dbg !141
  tail call void @ordercheck_label(ptr noundef nonnull @.str.12) #4, !dbg !142
  %_mm_ids.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 104, !dbg !142
  store i64 0, ptr %_mm_ids.i, align 8, !dbg !142
  tail call void @ordercheck_lasting(ptr noundef nonnull %_mm_ids.i, i64 noundef 8) #4, !dbg !142
  tail call void @ordercheck_label(ptr noundef nonnull @.str.13) #4, !dbg !143
  %19 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 120, !dbg !143
  store i32 %conv.i, ptr %19, align 8, !dbg !143
  tail call void @ordercheck_lasting(ptr noundef nonnull %19, i64 noundef 4) #4, !dbg !143
  br i1 %cmp.i91, label %do.body46.i, label %for.inc, !dbg !144

do.body46.i:                                      ; preds = %drain.exit
  tail call void @ordercheck_label(ptr noundef nonnull @.str.14) #4, !dbg !145
  %20 = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 144, !dbg !145
  store ptr %20, ptr %20, align 8, !dbg !145
  tail call void @ordercheck_lasting(ptr noundef nonnull %20, i64 noundef 8) #4, !dbg !145
  tail call void @ordercheck_label(ptr noundef nonnull @.str.15) #4, !dbg !146
  %prev.i = getelementptr inbounds i8, ptr %add.ptr.i.i, i64 152, !dbg !146
  store ptr %20, ptr %prev.i, align 8, !dbg !146
  tail call void @ordercheck_lasting(ptr noundef nonnull %prev.i, i64 noundef 8) #4, !dbg !146
  br label %for.inc, !dbg !147

for.inc:                                          ; preds = %do.body46.i, %drain.exit, %zone_device_page_init.exit
  %add24 = add i64 %pfn.0122, %pfns_per_compound, !dbg !148
  %cmp22 = icmp ult i64 %add24, %add, !dbg !19
  br i1 %cmp22, label %for.body, label %for.cond.cleanup, !dbg !20, !llvm.loop !149
}

declare !dbg !151 dso_local void @ordercheck_assume(i1 noundef zeroext) local_unnamed_addr #1

declare !dbg !152 dso_local void @ordercheck_label(ptr noundef) local_unnamed_addr #1

declare !dbg !153 dso_local i64 @ordercheck_expect(i64 noundef, i64 noundef) local_unnamed_addr #1

declare !dbg !154 dso_local void @ordercheck_lasting(ptr noundef, i64 noundef) local_unnamed_addr #1

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
!24 = !DILocation(line: 122, column: 2, scope: !22, inlinedAt: !23)
!25 = !DILocation(line: 56, column: 2, scope: !26, inlinedAt: !28)
!26 = distinct !DISubprogram(name: "sfence", scope: !27, file: !27, line: 54, type: !8, scopeLine: 55, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!27 = !DIFile(filename: "models/programs/ordercheck.h", directory: ".")
!28 = distinct !DILocation(line: 89, column: 2, scope: !29, inlinedAt: !30)
!29 = distinct !DISubprogram(name: "memcpy_nt_drain", scope: !27, file: !27, line: 87, type: !8, scopeLine: 88, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!30 = distinct !DILocation(line: 126, column: 3, scope: !22, inlinedAt: !23)
!31 = !{i64 28884}
!32 = !DILocation(line: 127, column: 1, scope: !22, inlinedAt: !23)
!33 = !DILocation(line: 267, column: 6, scope: !34, inlinedAt: !35)
!34 = distinct !DISubprogram(name: "pageblock_migratetype_init_range", scope: !1, file: !1, line: 262, type: !8, scopeLine: 263, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!35 = distinct !DILocation(line: 316, column: 3, scope: !7)
!36 = !DILocation(line: 269, column: 48, scope: !34, inlinedAt: !35)
!37 = !DILocation(line: 269, column: 53, scope: !34, inlinedAt: !35)
!38 = !DILocation(line: 270, column: 2, scope: !34, inlinedAt: !35)
!39 = !DILocation(line: 0, scope: !34, inlinedAt: !35)
!40 = !DILocation(line: 270, column: 50, scope: !34, inlinedAt: !35)
!41 = distinct !{!41, !38, !42, !43}
!42 = !DILocation(line: 277, column: 2, scope: !34, inlinedAt: !35)
!43 = !{!"llvm.loop.mustprogress"}
!44 = !DILocation(line: 271, column: 3, scope: !34, inlinedAt: !35)
!45 = !DILocation(line: 271, column: 30, scope: !34, inlinedAt: !35)
!46 = !DILocation(line: 95, column: 30, scope: !47, inlinedAt: !48)
!47 = distinct !DISubprogram(name: "compound_page", scope: !1, file: !1, line: 92, type: !8, scopeLine: 94, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!48 = distinct !DILocation(line: 272, column: 24, scope: !34, inlinedAt: !35)
!49 = !DILocation(line: 95, column: 37, scope: !47, inlinedAt: !48)
!50 = !DILocation(line: 95, column: 48, scope: !47, inlinedAt: !48)
!51 = !DILocation(line: 95, column: 6, scope: !47, inlinedAt: !48)
!52 = !DILocation(line: 96, column: 42, scope: !47, inlinedAt: !48)
!53 = !DILocation(line: 96, column: 23, scope: !47, inlinedAt: !48)
!54 = !DILocation(line: 96, column: 3, scope: !47, inlinedAt: !48)
!55 = !DILocation(line: 85, column: 24, scope: !56, inlinedAt: !57)
!56 = distinct !DISubprogram(name: "pfn_to_page", scope: !1, file: !1, line: 83, type: !8, scopeLine: 84, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!57 = distinct !DILocation(line: 97, column: 9, scope: !47, inlinedAt: !48)
!58 = !DILocation(line: 85, column: 9, scope: !56, inlinedAt: !57)
!59 = !DILocation(line: 85, column: 37, scope: !56, inlinedAt: !57)
!60 = !DILocation(line: 274, column: 4, scope: !34, inlinedAt: !35)
!61 = !DILocation(line: 275, column: 10, scope: !34, inlinedAt: !35)
!62 = !DILocation(line: 271, column: 62, scope: !34, inlinedAt: !35)
!63 = distinct !{!63, !44, !64, !43}
!64 = !DILocation(line: 276, column: 3, scope: !34, inlinedAt: !35)
!65 = !DILocation(line: 317, column: 1, scope: !7)
!66 = !DILocation(line: 85, column: 24, scope: !56, inlinedAt: !67)
!67 = distinct !DILocation(line: 302, column: 32, scope: !7)
!68 = !DILocation(line: 85, column: 9, scope: !56, inlinedAt: !67)
!69 = !DILocation(line: 85, column: 37, scope: !56, inlinedAt: !67)
!70 = !DILocation(line: 0, scope: !71, inlinedAt: !72)
!71 = distinct !DISubprogram(name: "zone_device_page_init", scope: !1, file: !1, line: 176, type: !8, scopeLine: 178, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!72 = distinct !DILocation(line: 302, column: 3, scope: !7)
!73 = !DILocation(line: 179, column: 6, scope: !71, inlinedAt: !72)
!74 = !DILocation(line: 144, column: 9, scope: !75, inlinedAt: !76)
!75 = distinct !DISubprogram(name: "copy_words", scope: !1, file: !1, line: 137, type: !8, scopeLine: 138, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!76 = distinct !DILocation(line: 173, column: 2, scope: !77, inlinedAt: !78)
!77 = distinct !DISubprogram(name: "zone_device_page_init_slow", scope: !1, file: !1, line: 171, type: !8, scopeLine: 172, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!78 = distinct !DILocation(line: 180, column: 3, scope: !71, inlinedAt: !72)
!79 = !DILocation(line: 304, column: 7, scope: !7)
!80 = !DILocation(line: 72, column: 2, scope: !81, inlinedAt: !82)
!81 = distinct !DISubprogram(name: "movnti", scope: !27, file: !27, line: 70, type: !8, scopeLine: 71, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!82 = distinct !DILocation(line: 83, column: 3, scope: !83, inlinedAt: !84)
!83 = distinct !DISubprogram(name: "memcpy_nt", scope: !27, file: !27, line: 76, type: !8, scopeLine: 77, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!84 = distinct !DILocation(line: 168, column: 3, scope: !85, inlinedAt: !86)
!85 = distinct !DISubprogram(name: "copy_template", scope: !1, file: !1, line: 161, type: !8, scopeLine: 162, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!86 = distinct !DILocation(line: 183, column: 2, scope: !71, inlinedAt: !72)
!87 = !{i64 29300}
!88 = !DILocation(line: 85, column: 24, scope: !56, inlinedAt: !89)
!89 = distinct !DILocation(line: 229, column: 22, scope: !90, inlinedAt: !91)
!90 = distinct !DISubprogram(name: "memmap_init_compound", scope: !1, file: !1, line: 226, type: !8, scopeLine: 227, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!91 = distinct !DILocation(line: 308, column: 3, scope: !7)
!92 = !DILocation(line: 85, column: 9, scope: !56, inlinedAt: !89)
!93 = !DILocation(line: 85, column: 37, scope: !56, inlinedAt: !89)
!94 = !DILocation(line: 192, column: 24, scope: !95, inlinedAt: !96)
!95 = distinct !DISubprogram(name: "__SetPageHead", scope: !1, file: !1, line: 190, type: !8, scopeLine: 191, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!96 = distinct !DILocation(line: 234, column: 3, scope: !90, inlinedAt: !91)
!97 = !DILocation(line: 194, column: 2, scope: !95, inlinedAt: !96)
!98 = !DILocation(line: 116, column: 6, scope: !22, inlinedAt: !99)
!99 = distinct !DILocation(line: 236, column: 3, scope: !90, inlinedAt: !91)
!100 = !DILocation(line: 122, column: 2, scope: !22, inlinedAt: !99)
!101 = !DILocation(line: 56, column: 2, scope: !26, inlinedAt: !102)
!102 = distinct !DILocation(line: 89, column: 2, scope: !29, inlinedAt: !103)
!103 = distinct !DILocation(line: 126, column: 3, scope: !22, inlinedAt: !99)
!104 = !DILocation(line: 127, column: 1, scope: !22, inlinedAt: !99)
!105 = !DILocation(line: 239, column: 27, scope: !90, inlinedAt: !91)
!106 = !DILocation(line: 239, column: 47, scope: !90, inlinedAt: !91)
!107 = !DILocation(line: 251, column: 2, scope: !90, inlinedAt: !91)
!108 = !DILocation(line: 252, column: 36, scope: !90, inlinedAt: !91)
!109 = !DILocation(line: 0, scope: !71, inlinedAt: !110)
!110 = distinct !DILocation(line: 252, column: 3, scope: !90, inlinedAt: !91)
!111 = !DILocation(line: 179, column: 6, scope: !71, inlinedAt: !110)
!112 = !DILocation(line: 144, column: 9, scope: !75, inlinedAt: !113)
!113 = distinct !DILocation(line: 173, column: 2, scope: !77, inlinedAt: !114)
!114 = distinct !DILocation(line: 180, column: 3, scope: !71, inlinedAt: !110)
!115 = !DILocation(line: 251, column: 18, scope: !90, inlinedAt: !91)
!116 = !DILocation(line: 72, column: 2, scope: !81, inlinedAt: !117)
!117 = distinct !DILocation(line: 83, column: 3, scope: !83, inlinedAt: !118)
!118 = distinct !DILocation(line: 168, column: 3, scope: !85, inlinedAt: !119)
!119 = distinct !DILocation(line: 183, column: 2, scope: !71, inlinedAt: !110)
!120 = !DILocation(line: 251, column: 11, scope: !90, inlinedAt: !91)
!121 = distinct !{!121, !107, !122, !43}
!122 = !DILocation(line: 252, column: 50, scope: !90, inlinedAt: !91)
!123 = !DILocation(line: 116, column: 6, scope: !22, inlinedAt: !124)
!124 = distinct !DILocation(line: 257, column: 3, scope: !90, inlinedAt: !91)
!125 = !DILocation(line: 122, column: 2, scope: !22, inlinedAt: !124)
!126 = !DILocation(line: 56, column: 2, scope: !26, inlinedAt: !127)
!127 = distinct !DILocation(line: 89, column: 2, scope: !29, inlinedAt: !128)
!128 = distinct !DILocation(line: 126, column: 3, scope: !22, inlinedAt: !124)
!129 = !DILocation(line: 127, column: 1, scope: !22, inlinedAt: !124)
!130 = !DILocation(line: 204, column: 28, scope: !131, inlinedAt: !132)
!131 = distinct !DISubprogram(name: "prep_compound_head", scope: !1, file: !1, line: 202, type: !8, scopeLine: 203, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0)
!132 = distinct !DILocation(line: 258, column: 2, scope: !90, inlinedAt: !91)
!133 = !DILocation(line: 209, column: 8, scope: !131, inlinedAt: !132)
!134 = !DILocation(line: 210, column: 10, scope: !131, inlinedAt: !132)
!135 = !DILocation(line: 211, column: 2, scope: !131, inlinedAt: !132)
!136 = !DILocation(line: 212, column: 2, scope: !131, inlinedAt: !132)
!137 = !DILocation(line: 213, column: 2, scope: !131, inlinedAt: !132)
!138 = !DILocation(line: 214, column: 2, scope: !131, inlinedAt: !132)
!139 = !DILocation(line: 215, column: 2, scope: !131, inlinedAt: !132)
!140 = !DILocation(line: 216, column: 2, scope: !131, inlinedAt: !132)
!141 = !DILocation(line: 217, column: 2, scope: !131, inlinedAt: !132)
!142 = !DILocation(line: 218, column: 2, scope: !131, inlinedAt: !132)
!143 = !DILocation(line: 219, column: 2, scope: !131, inlinedAt: !132)
!144 = !DILocation(line: 220, column: 6, scope: !131, inlinedAt: !132)
!145 = !DILocation(line: 221, column: 3, scope: !131, inlinedAt: !132)
!146 = !DILocation(line: 222, column: 3, scope: !131, inlinedAt: !132)
!147 = !DILocation(line: 223, column: 2, scope: !131, inlinedAt: !132)
!148 = !DILocation(line: 301, column: 62, scope: !7)
!149 = distinct !{!149, !20, !150, !43}
!150 = !DILocation(line: 309, column: 2, scope: !7)
!151 = !DISubprogram(name: "ordercheck_assume", scope: !27, file: !27, line: 13, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!152 = !DISubprogram(name: "ordercheck_label", scope: !27, file: !27, line: 28, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!153 = !DISubprogram(name: "ordercheck_expect", scope: !27, file: !27, line: 25, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!154 = !DISubprogram(name: "ordercheck_lasting", scope: !27, file: !27, line: 22, type: !8, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
