#!/usr/bin/perl
# Makes the inputs of tests/golden/ingest-*: one small CCLF delivery, each time damaged in one
# way. They are committed, so that a test never depends on the zlib of the day; run this again
# only to change them:  perl tests/damage/make.pl && make golden-accept GOLDEN='ingest-*'
#
# Every field that tells about a person holds a value that stands nowhere else in the
# repository (tests/damage/canaries): no message, receipt or output may show one.
use strict;
use warnings;
use Compress::Raw::Zlib;
use File::Basename;
use File::Path qw(make_path remove_tree);

my $root   = dirname(dirname(dirname(__FILE__)));
my $golden = "$root/tests/golden";
my $name   = 'P.A0000.ACO.ZCY20.D201101.T0102030';
my @files  = map { "CCLF$_" } 0 .. 9, 'A', 'B';

# ---- layouts, from the feed itself ----

my (%length, %at);    # file -> record bytes; file -> field -> [start, length]
{
    my $file = '';
    open my $in, '<', "$root/pipelines/feeds/medicare-cclf.yaml" or die $!;
    while (<$in>) {
        $file = $1 if /^  (CCLF[0-9AB]):/;
        $length{$file} = $1 if $file && /^    length: (\d+)/;
        $at{$file}{$3} = [$1 - 1, $2] if $file && /at: (\d+), len: (\d+), name: (\w+)/;
    }
}

# Numbers to the right, all else to the left; what is not given is blank.
sub record {
    my ($file, %value) = @_;
    my $text = ' ' x $length{$file};
    for my $field (sort keys %value) {
        my ($start, $len) = @{$at{$file}{$field} or die "no $field in $file"};
        my $number = $field =~ /AMT$|QTY$/;
        substr($text, $start, $len) = sprintf $number ? "%${len}s" : "%-${len}s", $value{$field};
    }
    return $text;
}

# ---- the delivery ----

my %person = (
    BENE_MBI_ID => '1CN4RY0MB01',
    BENE_HIC_NUM => 'CNRYHICN001',
);
my %when = (CLM_EFCTV_DT => '2020-08-07', CLM_IDR_LD_DT => '2020-08-09');
my %part_a = (%person, CUR_CLM_UNIQ_ID => '7331000000017', CLM_TYPE_CD => '60',
    CLM_FROM_DT => '2020-07-01', CLM_THRU_DT => '2020-07-08');

sub delivery {
    my %of = map { $_ => [] } @files;
    push @{$of{CCLF1}}, record('CCLF1', %part_a, %when, PRVDR_OSCAR_NUM => '654321',
        CLM_BILL_FAC_TYPE_CD => '1', CLM_BILL_CLSFCTN_CD => '1', CLM_BILL_FREQ_CD => '1',
        PRNCPL_DGNS_CD => 'CNRYDX1', CLM_PMT_AMT => '200.00', CLM_ADJSMT_TYPE_CD => '0',
        CLM_CNTL_NUM => 'CNRYCONTROL0001', CLM_BLG_PRVDR_OSCAR_NUM => '654321');
    for my $line (1, 2) {
        push @{$of{CCLF2}}, record('CCLF2', %part_a, CLM_LINE_NUM => $line,
            CLM_LINE_FROM_DT => '2020-07-02', CLM_LINE_THRU_DT => '2020-07-02',
            CLM_LINE_PROD_REV_CTR_CD => '0450', CLM_LINE_SRVC_UNIT_QTY => '1.0000',
            CLM_LINE_CVRD_PD_AMT => $line == 1 ? '150.00' : '50.00');
    }
    push @{$of{CCLF4}}, record('CCLF4', %part_a, CLM_DGNS_CD => 'CNRYDX2',
        CLM_VAL_SQNC_NUM => '01');
    for my $line (1, 2, 3) {
        push @{$of{CCLF5}}, record('CCLF5', %person, %when,
            CUR_CLM_UNIQ_ID => '7331000000025', CLM_LINE_NUM => $line, CLM_TYPE_CD => '71',
            CLM_FROM_DT => '2020-07-09', CLM_THRU_DT => '2020-07-09',
            CLM_LINE_FROM_DT => '2020-07-09', CLM_LINE_THRU_DT => '2020-07-09',
            CLM_LINE_HCPCS_CD => '99213', CLM_LINE_CVRD_PD_AMT => '80.00',
            CLM_LINE_ALOWD_CHRG_AMT => '100.00', CLM_LINE_SRVC_UNIT_QTY => '1.0000',
            CLM_ADJSMT_TYPE_CD => '0', CLM_CNTL_NUM => 'CNRYCONTROL0002');
    }
    push @{$of{CCLF7}}, record('CCLF7', %person, %when, CUR_CLM_UNIQ_ID => '7331000000033',
        CLM_LINE_NDC_CD => '00002323230', CLM_LINE_FROM_DT => '2020-07-10',
        CLM_LINE_BENE_PMT_AMT => '4.50', CLM_ADJSMT_TYPE_CD => '0',
        CLM_LINE_RX_SRVC_RFRNC_NUM => '733100000058');
    push @{$of{CCLF8}}, record('CCLF8', %person, BENE_DOB => '1933-03-31',
        BENE_SEX_CD => '2', BENE_ZIP_CD => '05999', BENE_FIPS_STATE_CD => '50',
        BENE_FIPS_CNTY_CD => '007', BENE_1ST_NAME => 'CNRYFIRST', BENE_LAST_NAME => 'CNRYLAST',
        BENE_ENTLMT_BUYIN_IND => '3', BENE_PART_A_ENRLMT_BGN_DT => '1998-04-01',
        BENE_LINE_1_ADR => 'CNRYSTREET 1');
    push @{$of{CCLF9}}, record('CCLF9', HICN_MBI_XREF_IND => 'M', CRNT_NUM => '1CN4RY0MB01',
        PRVS_NUM => '1CN4RY0MB02', PRVS_ID_EFCTV_DT => '2018-01-01');
    $of{$_} = join '', map { "$_\n" } @{$of{$_}} for @files;
    return \%of;
}

# CCLF0 tells what the undamaged delivery holds, but for what %told says instead:
# file -> [count, length].
sub summary {
    my ($of, %told) = @_;
    my $whole = delivery();
    my $text = sprintf "%-13s|%-20s|%-20s|%-13s\n", 'File Number', 'File Description',
        'Total Records Count', 'Record Length';
    for my $file (@files[1 .. $#files]) {
        my $count = () = $whole->{$file} =~ /\n/g;
        my ($records, $bytes) = $told{$file} ? @{$told{$file}} : ($count, $length{$file});
        $text .= sprintf "%-7s|%-43s|%11d|%5d \n", $file, "File of $file", $records, $bytes;
    }
    $of->{CCLF0} ||= $text;
}

sub entry_name {
    my ($file) = @_;
    return 'P.A0000.ACO.ZC' . substr($file, 4) . 'Y20.D201101.T0102030';
}

# ---- packing ----

sub deflated {
    my ($text) = @_;
    my ($z) = Compress::Raw::Zlib::Deflate->new(-WindowBits => -15, -AppendOutput => 1);
    my $out = '';
    $z->deflate($text, $out);
    $z->flush($out);
    return $out;
}

sub gzip {
    my ($text) = @_;
    return "\x1f\x8b\x08\0\0\0\0\0\0\x03" . deflated($text)
        . pack 'VV', crc32($text), length $text;
}

# Members are [name, text, option => value]: crc => another one, flags, method, unlisted.
sub zip {
    my ($body, $directory, $count) = ('', '', 0);
    for my $member (@_) {
        my ($n, $text, %o) = @$member;
        my $data = ($o{method} // 8) == 0 ? $text : deflated($text);
        my $common = pack 'vvvVVVVvv', 20, $o{flags} // 0, $o{method} // 8, 0x50210000,
            $o{crc} // crc32($text), length $data, length $text, length $n, 0;
        $directory .= "PK\1\2\x14\3$common" . pack('vvvVV', 0, 0, 0, 0, length $body) . $n
            unless $o{unlisted};
        $count++ unless $o{unlisted};
        $body .= "PK\3\4$common$n$data";
    }
    return $body . $directory
        . "PK\5\6" . pack 'vvvvVVv', 0, 0, $count, $count, length $directory, length $body, 0;
}

sub members {
    my ($of) = @_;
    return map { [entry_name($_), $of->{$_}] } @files;
}

# ---- cases ----

my %made;

sub write_file {
    my ($path, $bytes) = @_;
    make_path(dirname($path));
    open my $out, '>:raw', $path or die "$path: $!";
    print $out $bytes;
    close $out or die "$path: $!";
}

# A case: its words, what is in the folder, and options of the command. The feed and the name
# of the delivery are those of %at_hand.
my %at_hand = (feed => 'medicare-cclf', name => $name);

sub golden {
    my ($case, $doc, $content, $options) = @_;
    my ($folder, $delivery) = ("$golden/ingest-$case", $at_hand{name});
    remove_tree("$folder/$delivery");
    unlink "$folder/$delivery";
    if (ref $content) {
        write_file("$folder/$delivery/$_", $content->{$_}) for sort keys %$content;
    } else {
        write_file("$folder/$delivery", $content);
    }
    $options = $options ? " $options" : '';
    my $then = $at_hand{then} ? "echo \"status \$?\"\n$at_hand{then}\n" : '';
    write_file("$folder/cmd",
        "# $doc\nhc-ingest --feed=$at_hand{feed} --out-dir=out$options $delivery\n$then");
    write_file("$folder/check", ". \"\$HC_ROOT/tests/damage/check.sh\"\n");
    $made{$case} = 1;
}

# A zip whose file $file was changed by code on its lines ($_ is the text).
sub changed {
    my ($case, $doc, $file, $code, $options, %told) = @_;
    my $of = delivery();
    local $_ = $of->{$file};
    $code->();
    $of->{$file} = $_;
    summary($of, %told);
    golden($case, $doc, zip(members($of)), $options);
}

# Overwrite a field of record number $n (from 1) of a file's text in $_.
sub set {
    my ($file, $n, $field, $value) = @_;
    my ($start, $len) = @{$at{$file}{$field}};
    substr($_, ($n - 1) * ($length{$file} + 1) + $start, $len) = sprintf "%${len}s", $value;
}

my $good = delivery();
summary($good);
my $zip = zip(members($good));

# The delivery itself, and what is no damage.
golden('whole', 'nothing is wrong', $zip);
{
    my @backwards = reverse members($good);
    golden('zip-other-order', 'the order of the files in the zip never shows',
        zip(@backwards));
    my %crlf = %$good;
    s/\n/\r\n/g for values %crlf;
    golden('crlf', 'CRLF is LF', zip(members(\%crlf)));
    my %bare = %$good;
    s/\n\z// for values %bare;
    golden('no-last-newline', 'the last line may go without its end', zip(members(\%bare)));
    golden('folder', 'a folder of gzip and plain files',
        {map { my $gz = /[0-4]$/; entry_name($_) . ($gz ? '.gz' : '') =>
            $gz ? gzip($good->{$_}) : $good->{$_} } @files});
}

# The zip.
golden('zip-cut', 'cut in the middle', substr $zip, 0, length($zip) / 2);
golden('zip-cut-end-record', 'cut inside the end record', substr $zip, 0, -7);
golden('zip-garbage-after-end', 'garbage after the end', $zip . 'garbage');
golden('zip-wrong-crc', 'the checksum of a file is wrong', zip(map {
    [@$_, $_->[0] eq entry_name('CCLF5') ? (crc => 12345) : ()] } members($good)));
{
    my $flipped = $zip;
    my $where = index($flipped, entry_name('CCLF5')) + length(entry_name('CCLF5')) + 40;
    substr($flipped, $where, 1) = chr(ord(substr $flipped, $where, 1) ^ 4);
    golden('zip-bit-flip', 'one bit of a file is wrong', $flipped);
}
golden('zip-doubled-member', 'a file is in it twice',
    zip(members($good), [entry_name('CCLF5'), $good->{CCLF5}]));
golden('zip-missing-member', 'a file is missing',
    zip(grep { $_->[0] ne entry_name('CCLF5') } members($good)));
golden('zip-not-in-directory', 'a file is there, but not in the directory', zip(map {
    [@$_, $_->[0] eq entry_name('CCLF5') ? (unlisted => 1) : ()] } members($good)));
golden('zip-encrypted', 'a file is encrypted', zip(map {
    [@$_, $_->[0] eq entry_name('CCLF5') ? (flags => 1) : ()] } members($good)));
golden('zip-method', 'a file is packed by LZMA', zip(map {
    [@$_, $_->[0] eq entry_name('CCLF5') ? (method => 14) : ()] } members($good)));
golden('zip-stranger', 'a file that the feed does not know',
    zip(members($good), ['README.txt', "hello\n"]));
golden('zip-without-entries', 'a zip of nothing', zip());
golden('empty-file', 'an empty file', '');
golden('not-a-zip', 'text instead of a zip', "sorry, this file is not available\n");
golden('zstd', 'zstd of nothing that the feed knows', "\x28\xb5\x2f\xfd\x24\0\1\0\0");
golden('7z', 'a container that is not supported', "7z\xbc\xaf\x27\x1c\0\4" . "\0" x 24);

# Gzip, as files of a folder.
sub folder_with {
    my ($case, $doc, $bytes) = @_;
    my %in = map { entry_name($_) => $good->{$_} } @files;
    delete $in{entry_name('CCLF5')};
    golden($case, $doc, {%in, entry_name('CCLF5') . '.gz' => $bytes});
}
my $gz = gzip($good->{CCLF5});
my @lines = map { "$_\n" } split /\n/, $good->{CCLF5};
my $members = join '', map { gzip($_) } @lines;
folder_with('gzip-members', 'three members are one file', $members);
folder_with('gzip-cut', 'cut in the data', substr $gz, 0, length($gz) / 2);
folder_with('gzip-cut-trailer', 'cut in the checksum', substr $gz, 0, -3);
folder_with('gzip-cut-between-members', 'cut where a member ends: only CCLF0 can tell',
    gzip($lines[0]) . gzip($lines[1]));
folder_with('gzip-wrong-crc', 'the checksum is wrong',
    substr($gz, 0, -8) . 'abcd' . substr $gz, -4);
folder_with('gzip-wrong-length', 'the length is wrong', substr($gz, 0, -4) . 'abcd');
folder_with('gzip-garbage-after-end', 'garbage after the end', $gz . 'garbage');
folder_with('gzip-is-plain', 'plain text named .gz', $good->{CCLF5});
folder_with('gzip-empty', 'a file of no bytes named .gz', '');

# What CCLF0 tells.
changed('control-one-more', 'CCLF0 counts one more', 'CCLF0', sub {}, '',
    CCLF5 => [4, $length{CCLF5}]);
changed('control-one-fewer', 'CCLF0 counts one fewer', 'CCLF0', sub {}, '',
    CCLF5 => [2, $length{CCLF5}]);
changed('control-other-length', 'CCLF0 tells another record length', 'CCLF0', sub {}, '',
    CCLF5 => [3, 400]);
changed('control-accepted', 'and it is accepted', 'CCLF0', sub {},
    '--accept=control-totals', CCLF5 => [4, $length{CCLF5}]);
changed('file-empty', 'a file without records, as CCLF0 says', 'CCLF6', sub { $_ = '' });
changed('control-empty', 'an empty CCLF0', 'CCLF0', sub { $_ = "\n" });

# Records.
my $b = $length{CCLF5} + 1;    # bytes of a line
changed('record-too-short', 'a record is one byte short', 'CCLF5',
    sub { substr($_, $b + 20, 1) = '' });
changed('record-too-long', 'a record is one byte long', 'CCLF5',
    sub { substr($_, $b + 20, 0) = 'X' });
changed('record-cut', 'the last record is cut', 'CCLF5', sub { $_ = substr $_, 0, -100 });
changed('record-nul', 'a NUL byte', 'CCLF5', sub { substr($_, $b + 30, 1) = "\0" });
changed('record-latin1', 'Latin-1 in a name', 'CCLF8', sub { s/CNRYLAST/CNRYLA\xe9T/ });
changed('record-blank-line', 'a blank line at the end', 'CCLF5', sub { $_ .= "\n" }, '',
    CCLF5 => [4, $length{CCLF5}]);
changed('file-utf16', 'a file in UTF-16', 'CCLF5',
    sub { $_ = "\xff\xfe" . join '', map { "$_\0" } split // });
changed('record-1-mib', 'a line over 1 MiB', 'CCLF5',
    sub { substr($_, $b + 30, 0) = 'X' x (1 << 20) });
changed('layout-other-version', 'every record is longer', 'CCLF5', sub { s/\n/    \n/g });
{
    my $of = delivery();
    $of->{$_} =~ s/\n/    \n/g for 'CCLF5', 'CCLF8';
    $of->{CCLF1} =~ s/..\n/\n/;
    summary($of, CCLF5 => [3, 392], CCLF8 => [1, 553], CCLF1 => [1, 435]);
    golden('cclf-layout-newer', 'another version of three layouts, and CCLF0 says so',
        zip(members($of)));
    golden('cclf-layout-accepted', 'and it is accepted: the records cannot be read all the same',
        zip(members($of)), '--accept=record-length');
}

# Values.
my $paid = 'CLM_LINE_CVRD_PD_AMT';
changed('amount-bad', 'an amount with a comma', 'CCLF5', sub { set('CCLF5', 2, $paid, '73,31') });
changed('amount-letters', 'an amount with a letter', 'CCLF5',
    sub { set('CCLF5', 2, $paid, '73.3l') });
changed('amount-trailing-minus', 'an amount with its sign behind', 'CCLF5',
    sub { set('CCLF5', 2, $paid, '73.31-') });
changed('amount-three-decimals', 'an amount of a tenth of a cent', 'CCLF5',
    sub { set('CCLF5', 2, $paid, '73.315') });
changed('amount-too-large', 'an amount of 17 digits', 'CCLF1',
    sub { set('CCLF1', 1, 'CLM_PMT_AMT', '73317331733173317') });
changed('date-impossible', 'February 30', 'CCLF5',
    sub { set('CCLF5', 2, 'CLM_LINE_FROM_DT', '2020-02-30') });
changed('date-zeros', 'a date of zeros', 'CCLF5',
    sub { set('CCLF5', 2, 'CLM_LINE_FROM_DT', '0000-00-00') });
changed('date-other-form', 'a date in another form', 'CCLF5',
    sub { set('CCLF5', 2, 'CLM_LINE_FROM_DT', '07/09/2020') });
changed('adjustment-9', 'an adjustment code that does not exist', 'CCLF5',
    sub { set('CCLF5', 2, 'CLM_ADJSMT_TYPE_CD', ' 9') });
changed('adjustment-blank', 'no adjustment code', 'CCLF5',
    sub { set('CCLF5', 2, 'CLM_ADJSMT_TYPE_CD', '') });
changed('line-number-letters', 'a line number that is none', 'CCLF5',
    sub { set('CCLF5', 2, 'CLM_LINE_NUM', '2x') });
changed('claim-id-blank', 'no claim id', 'CCLF5',
    sub { set('CCLF5', 2, 'CUR_CLM_UNIQ_ID', '') });
changed('line-twice', 'a line number twice in a claim', 'CCLF5',
    sub { set('CCLF5', 3, 'CLM_LINE_NUM', '2') });
changed('line-without-claim', 'a line of a claim that is not there', 'CCLF2',
    sub { set('CCLF2', 2, 'CUR_CLM_UNIQ_ID', '7331000000066') });
changed('rejects-allowed', 'two bad records, and two are allowed', 'CCLF5', sub {
    set('CCLF5', 2, $paid, '73,31');
    set('CCLF5', 3, 'CLM_LINE_FROM_DT', '2020-02-30');
}, '--max-rejects=2');
changed('rejects-too-many', 'two bad records, and one is allowed', 'CCLF5', sub {
    set('CCLF5', 2, $paid, '73,31');
    set('CCLF5', 3, 'CLM_LINE_FROM_DT', '2020-02-30');
}, '--max-rejects=1');

# Names. A delivery is what its name and the names of its files say, all of them together.
sub named {
    my ($case, $doc, $outer, $code, $options, @more) = @_;
    local $at_hand{name} = $outer;
    golden($case, $doc, zip((map { [$code->($_->[0]), $_->[1]] } members($good)), @more),
        $options);
}
sub only {    # the name of CCLF5 changed by code
    my ($code) = @_;
    return sub { local $_ = shift; $code->() if /ZC5/; $_ };
}
my $same = sub { $_[0] };
named('cclf-lower-case', 'names in lower case, packed in a folder', lc $name,
    sub { 'month/' . lc $_[0] }, '', ['month/', '', method => 0]);
named('cclf-run-out', 'the run-out of a year', 'P.A0000.ACO.ZCR20.D210401.T0102030',
    sub { $_[0] =~ s/Y20/R20/r =~ s/D201101/D210401/r });
named('cclf-bulk-name', 'names as bulk downloads have them', 'P.BCD.A0000.ZCY20.D201101.T0102030',
    sub { $_[0] =~ s/P\.A0000\.ACO/P.BCD.A0000/r });
named('cclf-leftovers', 'what file managers leave is no part of it', $name, $same, '',
    ['.DS_Store', 'Bud1'], ['__MACOSX/._' . entry_name('CCLF5'), "\0\5\x16\7"],
    ['Thumbs.db', '']);
named('cclf-name-other', 'a name that the feed does not know', 'cclf-november.zip', $same);
named('cclf-name-day', 'a day that does not exist', 'P.A0000.ACO.ZCY20.D201131.T0102030', $same);
named('cclf-entry-program', 'a file of another program', $name, only(sub { s/A0000/A0001/ }));
named('cclf-entry-year', 'a file of another year', $name, only(sub { s/Y20/Y19/ }));
named('cclf-entry-run-out', 'a run-out file in a monthly delivery', $name,
    only(sub { s/Y20/R20/ }));
named('cclf-entry-day', 'a file of another month', $name, only(sub { s/D201101/D201001/ }));
named('cclf-entry-accepted', 'and it is accepted', $name, only(sub { s/Y20\.D201101/R19.D201001/ }),
    '--accept=entry-name');
named('cclf-entry-unlike', 'a file with a name of its own', $name, only(sub { $_ = 'CCLF5.txt' }));
named('cclf-file-twice', 'two files are CCLF5', $name, $same, '',
    [entry_name('CCLF5') =~ s/T0102030/T0102031/r, $good->{CCLF5}]);

# What CCLF0 says, row by row.
sub told {
    my ($case, $doc, $code, $options) = @_;
    my $of = delivery();
    summary($of);
    local $_ = $of->{CCLF0};
    $code->();
    $of->{CCLF0} = $_;
    golden("cclf-control-$case", $doc, zip(members($of)), $options);
}
told('row-missing', 'CCLF0 does not list a file', sub { s/^CCLF5.*\n//m });
told('row-twice', 'CCLF0 lists a file twice', sub { s/^(CCLF8.*\n)/$1$1/m });
told('row-unknown', 'CCLF0 lists a file that nobody knows', sub { s/^CCLF9/CCLFX/m });
told('count-letters', 'CCLF0 has letters for a count', sub { s/^(CCLF5.*\|) *3\|/$1    three  |/m });
told('count-blank', 'CCLF0 has no count', sub { s/^(CCLF5.*\|) *3\|/$1           |/m });
told('length-blank', 'CCLF0 has no length', sub { s/^(CCLF5.*\|)  388/$1     /m });
told('columns', 'CCLF0 has a column more', sub { s/^(CCLF5)/$1|x/m });
told('form', 'CCLF0 with CRLF, a byte order mark and small letters', sub {
    s/\n/\r\n/g; s/CCLF([AB])/"cclf" . lc $1/ge; $_ = "\xef\xbb\xbf$_" });
golden('cclf-control-missing', 'no CCLF0', zip(grep { $_->[0] !~ /ZC0/ } members($good)));
{
    my %zeroed = (%$good, CCLF6 => '');
    golden('cclf-file-missing', 'a file of no records is missing, too',
        zip(grep { $_->[0] !~ /ZC6/ } members(\%zeroed)));
}
changed('cclf-bom', 'a byte order mark before fixed-width records', 'CCLF5',
    sub { $_ = "\xef\xbb\xbf$_" });

# How the files of a claim come together.
sub joined {
    my ($case, $doc, $columns, $code, $options) = @_;
    my $of = delivery();
    my %told;
    $code->($of);
    for my $file (@files[1 .. $#files]) {
        my $count = () = $of->{$file} =~ /\n/g;
        $told{$file} = [$count, $length{$file}];
    }
    summary($of, %told);
    local $at_hand{then} = "hc-export --format=csv --columns=$columns out/claim_line.arrow"
        . " | sed s/CNRYDX/D/g" if $columns;
    golden("cclf-$case", $doc, zip(members($of)), $options);
}
my %a   = (%person, CUR_CLM_UNIQ_ID => '7331000000017', CLM_TYPE_CD => '60',
    CLM_ACTV_CARE_FROM_DT => '2020-07-01', CLM_NGACO_PBPMT_SW => 'Y');
my %b   = (%person, CUR_CLM_UNIQ_ID => '7331000000025', CLM_LINE_NGACO_CPTATN_SW => 'Y');
my %dme = (%person, %when, CUR_CLM_UNIQ_ID => '7331000000025', CLM_LINE_NUM => 1,
    CLM_TYPE_CD => '82', CLM_FROM_DT => '2020-07-09', CLM_THRU_DT => '2020-07-09',
    CLM_LINE_HCPCS_CD => 'E0601', CLM_LINE_CVRD_PD_AMT => '30.00', CLM_ADJSMT_TYPE_CD => '0',
    CLM_LINE_ALOWD_CHRG_AMT => '40.00', CLM_CNTL_NUM => 'CNRYCONTROL0003');
my $money = 'claim_type,line,paid,allowed,allowed_basis,paid_basis,ffs_equivalent,withheld,'
    . 'payment_arrangement';
sub inclusion {    # CCLFA: two condition codes, the amounts on both; one of no claim
    my ($second) = @_;
    return join '', map { record('CCLFA', %$_) . "\n" }
        {%a, CLM_PBP_INCLSN_AMT => '210.00', CLM_PBP_RDCTN_AMT => '10.00', CLM_RLT_COND_CD => '62'},
        {%a, CLM_PBP_INCLSN_AMT => $second, CLM_PBP_RDCTN_AMT => '10.00', CLM_RLT_COND_CD => '63'},
        {%a, CUR_CLM_UNIQ_ID => '7331000000066', CLM_PBP_INCLSN_AMT => '7.00'};
}
joined('prospective', 'inclusion and reduction, each once: CCLFB is of CCLF5, else of CCLF6', $money, sub {
    my ($of) = @_;
    $of->{CCLF6} = join '', map { record('CCLF6', %dme, %$_) . "\n" }
        {}, {CUR_CLM_UNIQ_ID => '7331000000041'};
    $of->{CCLFA} = inclusion('210.00');
    $of->{CCLFB} = join '', map { record('CCLFB', %b, @$_) . "\n" }
        [CLM_LINE_NUM => 1, CLM_PBP_INCLSN_AMT => '90.00', CLM_PBP_RDCTN_AMT => '10.00'],
        [CLM_LINE_NUM => 2, CLM_PBP_INCLSN_AMT => '80.00', CLM_PBP_RDCTN_AMT => '0.00'],
        [CLM_LINE_NUM => 4, CLM_PBP_INCLSN_AMT => '7.00'],
        [CUR_CLM_UNIQ_ID => '7331000000041', CLM_LINE_NUM => 1, CLM_PBP_INCLSN_AMT => '35.00',
            CLM_PBP_RDCTN_AMT => '5.00'];
});
joined('prospective-share', "paid ahead whole: allowed is the inclusion and the member's share",
    "$money,coinsurance,deductible", sub {
    my ($of) = @_;
    local $_ = $of->{CCLF1};
    set('CCLF1', 1, 'CLM_PMT_AMT', '0.00');
    $of->{CCLF1} = $_;
    $of->{CCLFA} = record('CCLFA', %a, CLM_PBP_INCLSN_AMT => '300.00', CLM_PBP_RDCTN_AMT => '300.00',
        CLM_MDCR_COINSRNC_AMT => '40.00', CLM_MDCR_DDCTBL_AMT => '8.00') . "\n";
});
joined('deductible-billed', 'what CCLFB says was billed to Medicaid is no deductible of the member',
    'claim_type,line,paid,deductible',
    sub { $_[0]{CCLFB} = record('CCLFB', %b, CLM_LINE_NUM => 1, CLM_MDCR_DDCTBL_AMT => '12.00') . "\n" });
joined('prospective-differs', 'two records of CCLFA tell other amounts of one claim', '',
    sub { $_[0]{CCLFA} = inclusion('211.00') });
joined('prospective-accepted', 'and it is accepted: the first counts', $money,
    sub { $_[0]{CCLFA} = inclusion('211.00') }, '--accept=repeated-amounts');
joined('denied', 'denied claims and lines stand, marked', 'claim_type,line,status,denial_reason,paid', sub {
    my ($of) = @_;
    local $_ = $of->{CCLF1};
    set('CCLF1', 1, 'CLM_MDCR_NPMT_RSN_CD', 'N ');
    $of->{CCLF1} = $_;
    $_ = $of->{CCLF5};
    set('CCLF5', 1, 'CLM_PRCSG_IND_CD', 'D ');
    set('CCLF5', 2, 'CLM_CARR_PMT_DNL_CD', '0 ');
    set('CCLF5', 3, 'CLM_CARR_PMT_DNL_CD', '1 ');
    $of->{CCLF5} = $_;
});
sub altered {    # fields of a file's records
    my ($of, $file, @fields) = @_;
    local $_ = $of->{$file};
    for my $field (@fields) {
        set($file, @$field);
    }
    $of->{$file} = $_;
}
sub carrier {    # CCLF5: the codes of its lines
    my ($of, @codes) = @_;
    altered($of, 'CCLF5', @codes);
}
joined('denied-secondary', 'another insurer had to pay first: lines that Medicare denied',
    'claim_type,line,status,denial_reason,allowed', sub {
    carrier($_[0], [1, 'CLM_PRCSG_IND_CD', 'G '], [2, 'CLM_PRCSG_IND_CD', '41'],
        [3, 'CLM_CARR_PMT_DNL_CD', '19']);
});
my @unlisted = ([1, 'CLM_PRCSG_IND_CD', 'A '], [2, 'CLM_PRCSG_IND_CD', '77'],
    [3, 'CLM_CARR_PMT_DNL_CD', '! ']);
joined('code-unlisted', 'codes of a line that nobody has listed say neither paid nor denied', '',
    sub { carrier($_[0], @unlisted) });
joined('code-unlisted-accepted', 'and it is accepted: they are what other: says',
    'claim_type,line,status,denial_reason,allowed', sub { carrier($_[0], @unlisted) },
    '--accept=unknown-code');
sub prescriber {
    my ($qualifier, $number) = @_;
    joined("prescriber-$qualifier", 'only numbers of the NPI are NPIs', 'claim_type,prescriber_npi',
        sub {
            altered($_[0], 'CCLF7', [1, 'PRVDR_PRSBNG_ID_QLFYR_CD', $qualifier],
                [1, 'CLM_PRSBNG_PRVDR_GNRC_ID_NUM', sprintf '%-20s', $number]);
        });
}
prescriber('01', '1234567893');
prescriber('12', 'CNRYDEA01');
prescriber('11', '900112233');
joined('facility-blank', 'the billing number is blank: the facility is known all the same',
    'claim_type,line,facility_id,billing_facility_id',
    sub { altered($_[0], 'CCLF1', [1, 'CLM_BLG_PRVDR_OSCAR_NUM', '']) });
joined('code-parts', 'a code without one of its parts is another code, or none',
    'state,county out/coverage.arrow; hc-export --format=csv --columns=claim_type,line,bill_type', sub {
    altered($_[0], 'CCLF1', [1, 'CLM_BILL_CLSFCTN_CD', '']);
    altered($_[0], 'CCLF8', [1, 'BENE_FIPS_CNTY_CD', '~']);
});
joined('nulls', 'dates and codes that mean nothing', 'claim_type,line,service_from,service_thru,'
    . 'claim_thru,admit_date,paid_date,loaded_date,drg,procedure_code,charge', sub {
    my ($of) = @_;
    local $_ = $of->{CCLF1};
    set('CCLF1', 1, 'CLM_THRU_DT', '9999-12-31');
    set('CCLF1', 1, 'CLM_EFCTV_DT', '1000-01-01');
    set('CCLF1', 1, 'DGNS_DRG_CD', '~');
    set('CCLF1', 1, 'CLM_MDCR_INSTNL_TOT_CHRG_AMT', '~');
    $of->{CCLF1} = $_;
    $_ = $of->{CCLF5};
    set('CCLF5', 1, 'CLM_LINE_FROM_DT', '1000-01-01');
    set('CCLF5', 2, 'CLM_IDR_LD_DT', '9999-12-31');
    set('CCLF5', 3, 'CLM_LINE_HCPCS_CD', '~    ');
    $of->{CCLF5} = $_;
    $_ = $of->{CCLF8};
    set('CCLF8', 1, 'BENE_DEATH_DT', '9999-12-31');
    $of->{CCLF8} = $_;
});
joined('codes', 'diagnoses and procedures in order of their numbers; the ICD version', 'line,'
    . 'diagnosis_principal,diagnosis_codes,icd_procedure_codes,icd_version', sub {
    my ($of) = @_;
    local $_ = $of->{CCLF1};
    set('CCLF1', 1, 'DGNS_PRCDR_ICD_IND', '0');
    set('CCLF1', 1, 'PRNCPL_DGNS_CD', 'CNRYDX1');
    $of->{CCLF1} = $_;
    $of->{CCLF4} = join '', map { record('CCLF4', %part_a, CLM_VAL_SQNC_NUM => $_->[0],
        CLM_DGNS_CD => $_->[1]) . "\n" }
        ['10', 'CNRYDX9'], ['2', 'CNRYDX3'], ['01', 'CNRYDX1'], ['03', '~'], ['04', 'CNRYDX3'];
    $of->{CCLF3} = join '', map { record('CCLF3', %part_a, CLM_VAL_SQNC_NUM => $_->[0],
        CLM_PRCDR_CD => $_->[1], CLM_PRCDR_PRFRM_DT => '2020-07-02') . "\n" }
        ['11', '0CNRY11'], ['09', '0CNRY09'];
    $of->{CCLF3} .= record('CCLF3', %part_a, CUR_CLM_UNIQ_ID => '7331000000066',
        CLM_VAL_SQNC_NUM => '01', CLM_PRCDR_CD => '0CNRY01') . "\n";
});
joined('payments', 'lines that sum to the header, lines that do not, a claim without lines', 'line,paid,'
    . 'paid_basis,allowed,allowed_basis,charge', sub {
    my ($of) = @_;
    for my $other (['7331000000041', '90.00'], ['7331000000058', '33.00']) {
        local $_ = $of->{CCLF1};
        ($_) = /^(.*\n)/;
        set('CCLF1', 1, 'CUR_CLM_UNIQ_ID', $other->[0]);
        set('CCLF1', 1, 'CLM_PMT_AMT', $other->[1]);
        set('CCLF1', 1, 'CLM_MDCR_INSTNL_TOT_CHRG_AMT', '500.00');
        $of->{CCLF1} .= $_;
    }
    $of->{CCLF2} .= join '', map { my $line = $_; record('CCLF2', %part_a,
        CUR_CLM_UNIQ_ID => '7331000000041', CLM_LINE_NUM => $line,
        CLM_LINE_CVRD_PD_AMT => '40.00') . "\n" } 2, 1;
});
joined('header-twice', 'a claim has two headers', '', sub { $_[0]{CCLF1} x= 2 });

# ---- delimited: a commercial payer's medical claims, and a roster ----

%at_hand = (feed => 'commercial-apcd', name => 'bcbsvt_MC_202007.txt.gz');

sub claim {
    my (%value) = (5 => '7331000000074', 6 => 1, 7 => 0, 16 => '733100066', 19 => '19330331',
        20 => 'CNRYLAST', 21 => 'CNRYFIRST', 24 => '20200807', 37 => 'CNRYDX1', 88 => '99213',
        119 => '20200709', 120 => '20200709', 121 => '1', 123 => '15000', 125 => '8000',
        131 => '10000', 156 => '1', 157 => '01', 161 => 'CNRYMEMBER01', 165 => 'MC', @_);
    return join '|', map { $value{$_} // '' } 1 .. 165;
}

sub medical {
    my (@claims) = @_;
    my $head = 'HD|VTC1|BCVT|Vermont payer|MC|202007|202007|20200801';
    my $names = join '|', (map { sprintf 'CDLMC%03d', $_ } 1 .. 163), 'CDLMCXXX', 'CDLMC899';
    return join '', map { "$_\n" } $head, $names, @claims,
        sprintf 'TR|VTC1|BCVT|Vermont payer|MC|202007|202007|%d', scalar @claims;
}
my @claims = (claim(), claim(6 => 2), claim(6 => 3));
my $medical = medical(@claims);

# Three claims of which the second is changed: column => value.
sub second {
    my ($case, $doc, @value) = @_;
    golden("apcd-$case", $doc, gzip(medical($claims[0], claim(6 => 2, @value), $claims[2])));
}
golden('apcd-whole', 'nothing is wrong', gzip($medical));
golden('apcd-cut', 'the gzip is cut', substr gzip($medical), 0, 150);
golden('apcd-members', 'a gzip member for each line',
    join '', map { gzip("$_\n") } split /\n/, $medical);
golden('apcd-cut-between-members', 'cut where a member ends: only the trailer can tell',
    join '', map { gzip("$_\n") } (split /\n/, $medical)[0 .. 3]);
golden('apcd-garbage-after-end', 'garbage after the end', gzip($medical) . "\0" x 512);
(my $miscounted = $medical) =~ s/\|3\n\z/|4\n/;
golden('apcd-trailer-one-more', 'the trailer counts one more', gzip($miscounted));
$miscounted =~ s/\|4\n\z/|2\n/;
golden('apcd-trailer-one-fewer', 'the trailer counts one fewer', gzip($miscounted));
(my $other = $medical) =~ s/\|MC\|202007/|PC|202007/g;
golden('apcd-other-kind', 'header and trailer tell of another file', gzip($other));
(my $headless = $medical) =~ s/\A.*\n//;
golden('apcd-without-header', 'no header', gzip($headless));
(my $misnamed = $medical) =~ s/CDLMC125/CDLMC124/;
golden('apcd-column-renamed', 'a column has another name', gzip($misnamed));
golden('apcd-header-only', 'a header and a trailer, and nothing between', gzip(medical()));
golden('apcd-empty', 'a gzip of nothing', gzip(''));
golden('apcd-column-missing', 'a record with a column too few',
    gzip(medical($claims[0], $claims[1] =~ s/\|//r, $claims[2])));
golden('apcd-column-more', 'a record with a column too many',
    gzip(medical($claims[0], "$claims[1]|", $claims[2])));
golden('apcd-latin1', 'Latin-1 in a name', gzip(medical($claims[0], claim(20 => "CNRYLA\xe9T"))));
golden('apcd-bom-crlf', 'a byte order mark and CRLF', gzip("\xef\xbb\xbf" . $medical =~ s/\n/\r\n/gr));
second('amount-point', 'an amount in units where cents are implied: what it is worth nobody can tell', 125 => '81.11');
second('amount-three-decimals', 'an amount finer than a cent', 125 => '73.315');
second('amount-negative', 'a negative amount is as good as any', 125 => '-8111');
second('date-impossible', 'February 30', 119 => '20200230');
second('date-iso', 'a date in another form', 119 => '2020-07-09');
second('claim-type', 'a claim type that does not exist', 156 => '7');
second('member-blank', 'no member', 161 => '');

%at_hand = (feed => 'provider-roster', name => 'roster.csv');
my @columns = qw(npi tax_id facility_id practice_id practice_name specialty taxonomy aco_id program
    participating hsa start_date end_date);
my $header = join ',', @columns;
my $provider = '1003000126,030000001,,P001,"Green, White & Co",08,207Q00000X,A001,medicare,Y,'
    . 'BUR,2020-01-01,';
golden('roster-whole', 'nothing is wrong', "$header\n$provider\n");
golden('roster-column-renamed', 'a column has another name',
    ($header =~ s/start_date/start_dat/r) . "\n$provider\n");
golden('roster-column-twice', 'a column is there twice',
    ($header =~ s/end_date/start_date/r) . "\n$provider\n");
golden('roster-columns-turned', 'columns in another order',
    join(',', reverse @columns) . "\n,2020-01-01,BUR,Y,medicare,A001,207Q00000X,08,"
    . "\"Green, White & Co\",P001,,030000001,1003000126\n");
golden('roster-open-quote', 'a quote is not closed',
    "$header\n" . ($provider =~ s/Co"/Co/r) . "\n$provider\n");
golden('roster-text-after-quote', 'text follows a closing quote',
    "$header\n" . ($provider =~ s/Co"/Co"x/r) . "\n");
golden('roster-header-only', 'a header and nothing else', "$header\n");
golden('roster-empty', 'a file of no bytes', '');
golden('roster-utf16', 'UTF-16', join '', map { "$_\0" } split //, "$header\n$provider\n");
golden('roster-semicolons', 'another delimiter', "$header\n$provider\n" =~ tr/,/;/r);

print scalar(keys %made), " cases\n";
