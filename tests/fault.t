#!/usr/bin/perl
# Whatever call of the system fails, a tool ends with the status that says so, publishes
# nothing by half, leaves no temporary file, and says no patient's value; run again, it
# gives the same bytes. tests/fault/fault.c makes the Nth call of one sort fail.
#
#   FAULTS=N    points tried of each sort and tool (make check-fault: 400); all: every one.
#               Without it 3, of hc-run only the sorts that matter most: a few seconds
#   FAULT_ONLY=PATTERN   only these: "hc-ingest memory"
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use File::Temp qw(tempdir);

my $root = abs_path(dirname($0) . '/..');
my $build = $ENV{HC_BUILD} // "$root/build/release";
my $library = "$build/tests/fault.so";
if ($build =~ m{/(asan|tsan)$}) {
    print "1..0 # SKIP the sanitizer has its own malloc\n";
    exit 0;
}
my $quick = !$ENV{FAULTS};
my $points = $ENV{FAULTS} // 3;
my $only = $ENV{FAULT_ONLY} // '';
$ENV{PATH} = "$build/bin:$ENV{PATH}";
$ENV{HCTOOLS_PATH} = $root;
$ENV{LC_ALL} = 'C';
delete $ENV{TMPDIR};
my $t = tempdir(CLEANUP => 1);
chdir $t or die;
my @canaries = grep { length } split /\n/, slurp("$root/tests/damage/canaries");

sub slurp {
    my ($path) = @_;
    open my $file, '<:raw', $path or return '';
    local $/;
    return <$file> // '';
}

# Run argv in a new folder; what it said and left.
my %environment;
sub run {
    my ($folder, @argv) = @_;
    my $pid = fork // die;
    if (!$pid) {
        chdir $folder or die;
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$t/stdout";
        open STDERR, '>', "$t/stderr";
        @ENV{keys %environment} = values %environment;
        exec { $argv[0] } @argv;
        die;
    }
    alarm 60;
    waitpid $pid, 0;
    alarm 0;
    return $? & 127 ? "killed by signal " . ($? & 127) : $? >> 8;
}

# name => bytes of all files below a folder that count
sub tree {
    my ($folder, $counts) = @_;
    my (%found, @left);
    my @queue = ('');
    while (defined(my $below = shift @queue)) {
        opendir my $dir, "$folder/$below" or next;
        for my $name (readdir $dir) {
            next if $name eq '.' || $name eq '..';
            my $path = $below eq '' ? $name : "$below/$name";
            if (-d "$folder/$path") { push @queue, $path }
            elsif ($name =~ /\.tmp$/) { push @left, $path }
            elsif ($path =~ $counts) { $found{$path} = slurp("$folder/$path") }
        }
    }
    return (\%found, \@left);
}

sub same {
    my ($a, $b) = @_;
    return 0 if keys %$a != keys %$b;
    return !grep { !defined $b->{$_} || $a->{$_} ne $b->{$_} } keys %$a;
}

my $delivery = "$root/tests/golden/ingest-folder/P.A0000.ACO.ZCY20.D201101.T0102030";
system("hc-ingest -q --feed=medicare-cclf --out-dir=in $delivery") == 0 or die;
open my $plan, '>', 'p.yaml' or die;
print $plan <<"END";
name: small
steps:
  medicare: {tool: ingest, feed: medicare-cclf, in: "$root/samples/worked-example/P.V0001.*"}
  final:    {tool: dedupe, in: medicare.claim_line, crosswalk: medicare.crosswalk}
  public:   {tool: export, format: csv, audience: state, in: final, out: "\${out}/lines.csv"}
END
close $plan;

# commit: the file that says that all is there. Books are run after run the same, but for the
# times that hc-run notes.
my @tools = (
    {name => 'hc-ingest', commit => 'out/receipt.json', files => qr/^out/,
     argv => ['hc-ingest', '-q', '--feed=medicare-cclf', '--out-dir=out', $delivery]},
    {name => 'hc-ingest jobs', commit => 'out/receipt.json', files => qr/^out/,
     argv => ['hc-ingest', '-q', '--jobs=2', '--feed=medicare-cclf', '--out-dir=out',
              "$root/samples/worked-example/P.V0001.ACO.ZCY20.D201101.T0102030"]},
    {name => 'hc-dedupe', commit => 'final.arrow', files => qr/arrow$/,
     argv => ['hc-dedupe', '-q', '--crosswalk=../in/crosswalk.arrow', '--output=final.arrow',
              '../in/claim_line.arrow']},
    {name => 'hc-export', commit => 'lines.csv', files => qr/csv$/,
     argv => ['hc-export', '-q', '--format=csv', '--output=lines.csv',
              '../in/claim_line.arrow']},
    {name => 'hc-run', commit => 'out/manifest.json', files => qr/^out\/lines/,
     argv => ['hc-run', '-q', '../p.yaml', '--work-dir=work', '--out=out']},
);
my @sorts = (['memory'], ['memory', ':on'], ['open'], ['read'], ['write'], ['write', ':on'],
             ['sync'], ['close'], ['rename'], ['mkdir'], ['thread']);
my ($count, $failed) = (0, 0);
sub ok {
    my ($pass, $text, @found) = @_;
    $count++;
    print $pass ? '' : 'not ', "ok $count - $text\n";
    print map { "#   $_\n" } map { split /\n/ } @found[0 .. ($#found < 30 ? $#found : 30)]
        if !$pass;
    $failed++ if !$pass;
}

# Of 1..most: all, or the first few and then evenly.
sub points {
    my ($most) = @_;
    return (1 .. $most) if $points eq 'all' || $most <= $points;
    my %chosen;
    my $first = int($points / 4);
    $chosen{$_} = 1 for 1 .. $first;
    $chosen{$first + 1 + int(($most - $first) * $_ / ($points - $first + 1))} = 1
        for 0 .. $points - $first - 1;
    return grep { $_ <= $most } sort { $a <=> $b } keys %chosen;
}

sub afresh {
    remove_tree('try');
    mkdir 'try' or die;
    unlink 'said';
}

for my $tool (@tools) {
    my ($name, $argv) = @$tool{qw(name argv)};
    next if !grep { "$name $_->[0]" =~ /(?:$only)/ } @sorts, ['short'];
    my $program = $argv->[0];
    %environment = ();
    afresh();
    my $status = run('try', @$argv);
    my ($whole) = tree('try', $tool->{files});
    ok($status eq '0' && scalar(keys %$whole), "$name: nothing fails", slurp("stderr"));
    next if !keys %$whole;

    %environment = (LD_PRELOAD => $library, HC_FAULT => 'short', HC_FAULT_PROGRAM => $program);
    afresh();
    $status = run('try', @$argv);
    my ($got, $left) = tree('try', $tool->{files});
    ok($status eq '0' && same($got, $whole) && !@$left,
       "$name: reads and writes of a few bytes, opens and syncs, interrupted: the same bytes", $status,
       slurp('stderr')) if "$name short" =~ /(?:$only)/;

    for my $sort (@sorts) {
        my ($call, $on) = ($sort->[0], $sort->[1] // '');
        next if "$name $call" !~ /(?:$only)/;
        next if $quick && $program eq 'hc-run' && "$call$on" !~ /^(memory|write|rename)$/;
        next if $quick && $on && $call eq 'memory';
        $environment{HC_FAULT_SAID} = "$t/said";
        $environment{HC_FAULT} = "$call:0";
        afresh();
        run('try', @$argv);
        my ($most) = slurp('said') =~ /calls (\d+)/;
        my (@wrong, %ends);
        my @points = points($most // 0);
        # most of the calls read the feed; these read the delivery
        push @points, map { int($most * (80 + $_) / 100) } 1 .. 19
            if $quick && $program eq 'hc-ingest' && $call eq 'memory';
        for my $n (@points) {
            $environment{HC_FAULT} = "$call:$n$on";
            afresh();
            my $status = run('try', @$argv);
            my ($found, $left) = tree('try', $tool->{files});
            my ($said, $fault) = (slurp('stderr'), '');
            my $hit = slurp('said') =~ /hit/;
            $ends{$status}++;
            my %may = map { $_ => 1 } $call eq 'memory' ? (71) : $call eq 'thread' ? (71)
                : $call eq 'open' ? (66, 73, 74, 75) : $call eq 'mkdir' ? (73, 74) : (74);
            # what need not be (reading ahead, closing what was read) may fail and do no harm
            # libarchive has places where it ends the process itself
            my $libarchive = $call eq 'memory' && $status eq '1' &&
                $said =~ /^Fatal Internal Error in libarchive: (?:Out of|No) memory$/m;
            if ($libarchive) {
                $fault = 'published by half'
                    if -e "try/$tool->{commit}" && !same($found, $whole);
            } elsif ($status eq '0') {
                $fault = 'status 0, and other bytes' if !same($found, $whole);
            } elsif (!$may{$status}) {
                $fault = "status $status";
            } else {
                # the last sync may fail when all is in place
                $fault = 'published by half'
                    if -e "try/$tool->{commit}" && !same($found, $whole);
                $fault = 'no message' if $said !~ /^\Q$program\E: \S/m;
            }
            $fault = "leaves @$left" if @$left && !$fault && !$libarchive;
            $fault = 'shows a value' if grep { index($said, $_) >= 0 } @canaries;
            if (!$fault && $status ne '0') {
                my %kept = %environment;
                %environment = ();
                my $again = run('try', @$argv);
                %environment = %kept;
                my ($now, $left) = tree('try', $tool->{files});
                $fault = "run again: $again, " . slurp('stderr')
                    if $again ne '0' || !same($now, $whole) || @$left;
            }
            push @wrong, "$call $n$on: $fault: $said" if $fault;
        }
        my $text = join ', ', map { "$ends{$_} x $_" } sort keys %ends;
        my $tried = @points;
        $most //= 'unknown';
        ok(!@wrong, "$name: $call fails" . ($on ? ' from then on' : '') .
           ", $tried of $most calls" . ($text ? " ($text)" : ''), @wrong);
    }
}
print "1..$count\n";
exit($failed ? 1 : 0);
