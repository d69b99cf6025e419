#!/usr/bin/perl
# Makes samples/worked-example/: the worked example of the CCLF Information Packet (5.1.3 and
# 5.3.2) as deliveries, to the last byte the same each time. Layouts come from the feed.
#
#   V0001  the person of both tables: Part A 260.00, Part B 707.00, in all 967.00
#   V0003  five Part A claims under two numbers of one person: only 3333333333333 stands
#   V0004  two originals and no cancellation: both stand
#   V0005  Part B, three originals and two cancellations: one stands
#
# usage: perl samples/make-worked-example.pl [FOLDER]
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);

my $root = dirname($0) . "/..";
my $out = $ARGV[0] // "$root/samples/worked-example";
my $feed = "$root/pipelines/feeds/medicare-cclf.yaml";

# ---- layouts ----
my (%layout, %length, $file);
open my $in, '<', $feed or die "$feed: $!\n";
while (<$in>) {
    $file = $1 if /^  (CCLF\w):$/;
    $length{$file} = $1 if /^    length: (\d+)/ && $file;
    push @{$layout{$file}}, [$1 - 1, $2, $3, $4]
        if /- \{at: (\d+), len: (\d+), name: (\w+), type: (\w+)/;
}
close $in;

sub record {
    my ($of, %value) = @_;
    my $record = ' ' x $length{$of};
    my %known;
    for my $field (@{$layout{$of}}) {
        my ($at, $len, $name, $type) = @$field;
        $known{$name} = 1;
        my $text = $value{$name};
        next unless defined $text;
        $text = $type =~ /^(amount|quantity|count|int)$/ ? sprintf('%*s', $len, $text)
                                                         : sprintf('%-*s', $len, $text);
        die "$of.$name: '$text' is too long\n" if length $text > $len;
        substr($record, $at, $len) = $text;
    }
    for (keys %value) { die "$of has no $_\n" unless $known{$_} }
    return "$record\n";
}

# ---- records ----
my @files = qw(1 2 3 4 5 6 7 8 9 A B);
my %file;
sub add { my ($of, %value) = @_; push @{$file{$of}}, record("CCLF$of", %value) }

sub part_a { # id, payment, type, effective day, then lines
    my ($mbi, $from, $thru, $id, $paid, $type, $day, @lines) = @_;
    my %key = (CUR_CLM_UNIQ_ID => $id, BENE_MBI_ID => $mbi, CLM_TYPE_CD => 60);
    add(1, %key, PRVDR_OSCAR_NUM => 654321, CLM_BLG_PRVDR_OSCAR_NUM => 654321,
        CLM_FROM_DT => $from, CLM_THRU_DT => $thru, CLM_BILL_FAC_TYPE_CD => 1,
        CLM_BILL_CLSFCTN_CD => 1, CLM_BILL_FREQ_CD => 1, PRNCPL_DGNS_CD => 'I10',
        CLM_PMT_AMT => $paid, CLM_ADJSMT_TYPE_CD => $type, CLM_EFCTV_DT => $day,
        CLM_IDR_LD_DT => $day, DGNS_PRCDR_ICD_IND => 0, CLM_CNTL_NUM => "A$id",
        FAC_PRVDR_NPI_NUM => 1000000004, CLM_BLG_PRVDR_NPI_NUM => 1000000004,
        CLM_MDCR_INSTNL_TOT_CHRG_AMT => sprintf('%.2f', 2 * $paid));
    add(4, %key, CLM_PROD_TYPE_CD => 'D', CLM_VAL_SQNC_NUM => 1, CLM_DGNS_CD => 'I10',
        PRVDR_OSCAR_NUM => 654321, CLM_FROM_DT => $from, CLM_THRU_DT => $thru,
        DGNS_PRCDR_ICD_IND => 0);
    add(4, %key, CLM_PROD_TYPE_CD => 'D', CLM_VAL_SQNC_NUM => 2, CLM_DGNS_CD => 'E119',
        PRVDR_OSCAR_NUM => 654321, CLM_FROM_DT => $from, CLM_THRU_DT => $thru,
        DGNS_PRCDR_ICD_IND => 0);
    my $number = 0;
    for (@lines) {
        add(2, %key, CLM_LINE_NUM => ++$number, CLM_LINE_FROM_DT => $from,
            CLM_LINE_THRU_DT => $thru, CLM_LINE_PROD_REV_CTR_CD => '0120',
            PRVDR_OSCAR_NUM => 654321, CLM_FROM_DT => $from, CLM_THRU_DT => $thru,
            CLM_LINE_SRVC_UNIT_QTY => '1.0000', CLM_LINE_CVRD_PD_AMT => $_);
    }
}

sub part_b { # id, control number, type, effective day, then lines
    my ($mbi, $id, $control, $type, $day, @lines) = @_;
    my $number = 0;
    for (@lines) {
        add(5, CUR_CLM_UNIQ_ID => $id, CLM_LINE_NUM => ++$number, BENE_MBI_ID => $mbi,
            CLM_TYPE_CD => 71, CLM_FROM_DT => '2020-07-03', CLM_THRU_DT => '2020-07-03',
            CLM_PRVDR_SPCLTY_CD => '08', CLM_POS_CD => 11, CLM_LINE_FROM_DT => '2020-07-03',
            CLM_LINE_THRU_DT => '2020-07-03', CLM_LINE_HCPCS_CD => 99213,
            CLM_LINE_CVRD_PD_AMT => $_, CLM_LINE_ALOWD_CHRG_AMT => $_,
            CLM_LINE_DGNS_CD => 'I10', CLM_DGNS_1_CD => 'I10', DGNS_PRCDR_ICD_IND => 0,
            CLM_RNDRG_PRVDR_TAX_NUM => 123456789, RNDRG_PRVDR_NPI_NUM => 1000000012,
            CLM_RNDRG_PRVDR_NPI_NUM => 1000000012, CLM_CARR_PMT_DNL_CD => 1,
            CLM_PRCSG_IND_CD => 'A', CLM_ADJSMT_TYPE_CD => $type, CLM_EFCTV_DT => $day,
            CLM_IDR_LD_DT => $day, CLM_CNTL_NUM => $control,
            CLM_LINE_SRVC_UNIT_QTY => '1.0000');
    }
}

sub person {
    my ($mbi, $last, $first) = @_;
    add(8, BENE_MBI_ID => $mbi, BENE_FIPS_STATE_CD => 50, BENE_FIPS_CNTY_CD => '007',
        BENE_ZIP_CD => '05401', BENE_DOB => '1945-03-02', BENE_SEX_CD => 2,
        BENE_AGE => '075', BENE_MDCR_STUS_CD => 10, BENE_DUAL_STUS_CD => 'NA',
        BENE_LAST_NAME => $last, BENE_1ST_NAME => $first, BENE_ENTLMT_BUYIN_IND => 3,
        BENE_PART_A_ENRLMT_BGN_DT => '2010-03-01', BENE_PART_B_ENRLMT_BGN_DT => '2010-03-01',
        GEO_USPS_STATE_CD => 'VT', GEO_ZIP5_CD => '05401');
}

# ---- deliveries ----
sub deliver {
    my ($program) = @_;
    my $folder = tempdir(CLEANUP => 1);
    my $tail = 'D201101.T0102030';
    my @names;
    my $list = sprintf("%-13s|%-20s|%-20s|%-13s\n", 'File Number', 'File Description',
                       'Total Records Count', 'Record Length');
    for my $n (@files) {
        my $records = $file{$n} // [];
        my $name = "P.$program.ACO.ZC${n}Y20.$tail";
        write_file("$folder/$name", join '', @$records);
        push @names, $name;
        $list .= sprintf("%-7s|%-43s|%11d|%5d \n", "CCLF$n", "CCLF$n", scalar @$records,
                         $length{"CCLF$n"});
    }
    write_file("$folder/P.$program.ACO.ZC0Y20.$tail", $list);
    unshift @names, "P.$program.ACO.ZC0Y20.$tail";
    utime 1604188800, 1604188800, map { "$folder/$_" } @names;
    local $ENV{TZ} = 'UTC';
    system('sh', '-c', 'cd "$1" && shift && zip -q -X out.zip "$@"', 'sh', $folder, @names) == 0
        or die "zip failed\n";
    my $name = "P.$program.ACO.ZCY20.$tail";
    system('cp', "$folder/out.zip", "$out/$name") == 0 or die "cannot write $out/$name\n";
    %file = ();
}
sub write_file {
    my ($path, $text) = @_;
    open my $o, '>', $path or die "$path: $!\n";
    print $o $text;
    close $o or die "$path: $!\n";
}

mkdir $out unless -d $out;

my $mbi = '1AC2DE3FG45';
my @stay = ('2020-07-01', '2020-07-08');
person($mbi, 'MARBLE', 'ADA');
part_a($mbi, @stay, 1, '200.00', 0, '2020-07-20', '150.00', '50.00');
part_a($mbi, @stay, 2, '0.00', 2, '2020-09-20');
part_a($mbi, @stay, 3, '200.00', 1, '2020-08-07', '150.00', '50.00');
part_a($mbi, @stay, 4, '210.00', 2, '2020-09-20', '160.00', '50.00');
part_a($mbi, @stay, 5, '0.00', 2, '2020-08-07');
part_a($mbi, @stay, 6, '0.00', 1, '2020-10-07');
part_a($mbi, '2020-07-15', '2020-07-16', 7, '50.00', 0, '2020-07-30');
part_b($mbi, 3, 7, 0, '2020-07-20', '380.00', '227.00', '0.00');
part_b($mbi, 1, 7, 1, '2020-08-07', '380.00', '227.00', '0.00');
part_b($mbi, 2, 7, 0, '2020-08-07', '380.00', '227.00', '100.00');
deliver('V0001');

my ($old, $new) = ('2AC2DE3FG46', '3AC2DE3FG47');
person($new, 'GRANITE', 'BEA');
add(9, HICN_MBI_XREF_IND => 'M', CRNT_NUM => $new, PRVS_NUM => $old,
    PRVS_ID_EFCTV_DT => '2018-04-01', PRVS_ID_OBSLT_DT => '2020-08-05');
part_a($old, @stay, '2222222222222', '100.00', 0, '2020-07-30');
part_a($old, @stay, '3583583583583', '100.00', 1, '2020-08-01');
part_a($old, @stay, '1311311311311', '120.00', 2, '2020-08-01');
part_a($new, @stay, '1111111111111', '120.00', 1, '2020-08-07');
part_a($new, @stay, '3333333333333', '150.00', 2, '2020-08-07');
deliver('V0003');

$mbi = '4AC2DE3FG48';
person($mbi, 'SLATE', 'CORA');
part_a($mbi, @stay, 41, '80.00', 0, '2020-07-20');
part_a($mbi, @stay, 42, '90.00', 0, '2020-07-27');
deliver('V0004');

$mbi = '5AC2DE3FG49';
person($mbi, 'QUARTZ', 'DORA');
part_b($mbi, 51, 'Q5', 0, '2020-07-20', '100.00');
part_b($mbi, 52, 'Q5', 1, '2020-07-27', '100.00');
part_b($mbi, 53, 'Q5', 0, '2020-07-27', '100.00');
part_b($mbi, 54, 'Q5', 1, '2020-08-07', '100.00');
part_b($mbi, 55, 'Q5', 0, '2020-08-07', '100.00');
deliver('V0005');
