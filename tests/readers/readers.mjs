#!/usr/bin/env node
// Do other Arrow libraries see in our streams and files what we wrote, and do we see what they
// write? Speaks TAP; run by `make check-readers`, which sets
//   HC_READERS  folder that holds node_modules and make_kinds
//   HC_BUILD    folder that holds bin/hc-aggregate
import {execFileSync, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const readers = path.resolve(process.env.HC_READERS ?? 'build/readers');
const tools = path.resolve(process.env.HC_BUILD ?? 'build/release', 'bin');
const require = createRequire(path.join(readers, 'package.json'));
const arrow = require('apache-arrow');
const polars = require('nodejs-polars').default;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hc-readers-'));
process.on('exit', () => fs.rmSync(folder, {recursive: true, force: true}));

let count = 0;
let failed = 0;
function ok(pass, what) {
    console.log(`${pass ? '' : 'not '}ok ${++count} - ${what}`);
    failed += !pass;
}
function same(got, want, what) {
    ok(got === want, got === want ? what : `${what}: got '${got}', want '${want}'`);
}

// ---- what we write ----

const made = execFileSync(path.join(tools, '../tests/readers/make_kinds.t'), [folder], {encoding: 'utf8'});
const committed = fs.readFileSync(path.join(here, 'expected.tsv'), 'utf8');
same(made, committed, 'the kinds are those of tests/readers/expected.tsv');
const kinds = new Map();
for (const line of committed.trimEnd().split('\n')) {
    const [kind, name, type, nulls, value] = line.split('\t');
    if (!kinds.has(kind))
        kinds.set(kind, []);
    kinds.get(kind).push({name, type, nulls: Number(nulls), value});
}

const bytes = text => Buffer.byteLength(text, 'utf8');
const day = ms => new Date(Number(ms)).toISOString().slice(0, 10);

// What values come to, as make_kinds says it of the same values.
function comesTo(type, values) {
    const there = values.filter(value => value !== null && value !== undefined);
    if (type.startsWith('date32')) {
        const days = there.map(day).sort();
        return `${days[0]}..${days.at(-1)}`;
    }
    if (type.startsWith('utf8'))
        return `${there.reduce((sum, text) => sum + bytes(text), 0)} bytes`;
    if (type.startsWith('list')) {
        const items = there.flatMap(list => [...list]);
        return `${items.length} items ${items.reduce((sum, text) => sum + bytes(text), 0)} bytes`;
    }
    if (type.startsWith('dictionary')) {
        const by = new Map();
        for (const value of there)
            by.set(value, (by.get(value) ?? 0) + 1);
        return [...by.keys()].sort().map(value => `${value}=${by.get(value)}`).join(' ');
    }
    return String(there.reduce((sum, value) => sum + BigInt(value), 0n));
}
// A reader cannot tell the order of a closed list, nor values that never occur.
const comparable = (type, value) => type.startsWith('dictionary')
    ? value.split(' ').filter(part => !part.endsWith('=0')).sort().join(' ') : value;

const arrowTypes = {
    'Bool': 'bool', 'Int32': 'int32', 'Int64': 'int64', 'Date32<DAY>': 'date32',
    'Utf8': 'utf8', 'List<Utf8>': 'list<utf8>',
    'Dictionary<Int8, Utf8>': 'dictionary<int8, utf8>',
};
function seenByArrow(file) {
    const table = arrow.tableFromIPC(fs.readFileSync(file));
    const columns = table.schema.fields.map(field => {
        const unit = field.metadata.get('unit');
        const type = arrowTypes[String(field.type)] + (unit ? ` unit=${unit}` : '') +
            (field.metadata.get('hc.phi') === '1' ? ' phi' : '');
        const column = table.getChild(field.name);
        return {name: field.name, type, nulls: column.nullCount,
                value: comesTo(type, [...column])};
    });
    return {kind: table.schema.metadata.get('hc.kind'), rows: table.numRows, columns};
}

const polarsTypes = {
    'Bool': 'bool', 'Int32': 'int32', 'Int64': 'int64', 'Date': 'date32', 'String': 'utf8',
    'List(DataType(String))': 'list<utf8>', 'Categorical': 'dictionary<int8, utf8>',
};
function seenByPolars(file) {
    const body = fs.readFileSync(file);
    const frame = file.endsWith('.stream') ? polars.readIPCStream(body) : polars.readIPC(body);
    const columns = frame.columns.map(name => {
        const column = frame.getColumn(name);
        const type = polarsTypes[String(column.dtype).replace(/^DataType\((.*)\)$/, '$1')];
        return {name, type, nulls: column.nullCount(), value: comesTo(type, column.toArray())};
    });
    return {rows: frame.height, columns};
}

const ROWS = 150;
// polars drops the metadata of fields and schema
const plain = column => ({...column, type: column.type.replace(/ (unit=\w+|phi)/g, '')});
for (const [kind, wanted] of kinds)
    for (const form of ['arrow', 'stream'])
        for (const [library, seen] of [['apache-arrow', seenByArrow], ['polars', seenByPolars]]) {
            const what = `${library} reads ${kind}.${form}`;
            let got;
            try {
                got = seen(path.join(folder, `${kind}.${form}`));
            } catch (error) {
                ok(false, `${what}: ${error.message}`);
                continue;
            }
            const strip = library === 'polars' ? plain : column => column;
            const text = list => list.map(strip).map(column => [column.name, column.type,
                column.nulls, comparable(column.type, column.value)].join(' ')).join('\n');
            same(text(got.columns), text(wanted), `${what}: schema, nulls, dates and sums`);
            same(got.rows, ROWS, `${what}: rows`);
            if (library === 'apache-arrow')
                same(got.kind, kind, `${what}: kind`);
        }

// ---- what they write ----

const lines = [
    {payer: 'acme', claim_type: 'professional', claim_id: '001', line: 1, paid: 12345,
     service_from: '2020-01-31', modifiers: ['25', 'GT']},
    {payer: 'acme', claim_type: 'professional', claim_id: '001', line: 2, paid: -45,
     service_from: '2020-01-31', modifiers: []},
    {payer: 'acme', claim_type: 'pharmacy', claim_id: '002', line: 1, paid: 700,
     service_from: null, modifiers: null},
    {payer: null, claim_type: 'institutional', claim_id: 'a claim with a long number',
     line: 1, paid: 9007199254, service_from: '1969-12-31', modifiers: ['a long modifier 123']},
];
for (const line of lines)
    line.adjustment = 'original';
const wantedSums = 'institutional,1,90071992.54\npharmacy,1,7.00\nprofessional,2,123.00';

const pick = name => lines.map(line => line[name]);
const dates = () => pick('service_from').map(text => text && new Date(`${text}T00:00:00Z`));
const list = new arrow.List(new arrow.Field('item', new arrow.Utf8(), true));

// Dictionaries of int32, date64, and the types that tableFromArrays makes by itself.
function madeByArrow() {
    return new arrow.Table({
        paid: arrow.vectorFromArray(pick('paid').map(BigInt), new arrow.Int64()),
        payer: arrow.vectorFromArray(pick('payer')),
        claim_type: arrow.vectorFromArray(pick('claim_type')),
        adjustment: arrow.vectorFromArray(pick('adjustment'), new arrow.Utf8()),
        claim_id: arrow.vectorFromArray(pick('claim_id'), new arrow.LargeUtf8()),
        line: arrow.vectorFromArray(pick('line'), new arrow.Uint8()),
        service_from: arrow.vectorFromArray(dates(), new arrow.DateMillisecond()),
        modifiers: arrow.vectorFromArray(pick('modifiers'), list),
    });
}
// utf8_view, large_list, int64 for everything.
function madeByPolars() {
    return polars.DataFrame({
        claim_id: pick('claim_id'), paid: polars.Series('paid', pick('paid'), polars.Int64),
        payer: pick('payer'), claim_type: pick('claim_type'), adjustment: pick('adjustment'),
        line: polars.Series('line', pick('line'), polars.Int64),
        service_from: dates(), modifiers: pick('modifiers'),
    }).withColumns(polars.col('service_from').cast(polars.Date));
}

const frame = madeByPolars();
const written = {
    'apache-arrow-file.arrow': arrow.tableToIPC(madeByArrow(), 'file'),
    'apache-arrow-stream.arrow': arrow.tableToIPC(madeByArrow(), 'stream'),
    'polars-file.arrow': frame.writeIPC(),
    'polars-stream.arrow': frame.writeIPCStream(),
    'polars-categorical.arrow':
        frame.withColumns(polars.col('claim_type').cast(polars.Categorical)).writeIPC(),
};
const ours = arrow.tableFromIPC(fs.readFileSync(path.join(folder, 'claim_line.stream')));
const ourPaid = kinds.get('claim_line').find(column => column.name === 'paid').value;

function aggregate(file, by, options = []) {
    const run = spawnSync(path.join(tools, 'hc-aggregate'),
        ['--trust-input', '--kind=claim_line', ...by, '--measure=lines,paid', ...options, file],
        {maxBuffer: 1 << 26});
    if (run.status !== 0)
        return `status ${run.status}: ${run.stderr ?? run.error}`;
    const text = spawnSync(path.join(tools, 'hc-export'), ['--format=csv'], {input: run.stdout});
    return text.status === 0 ? String(text.stdout) : `status ${text.status}: ${text.stderr}`;
}

for (const [name, body] of Object.entries(written)) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, body);
    if (process.env.HC_KEEP)
        fs.copyFileSync(file, path.join(process.env.HC_KEEP, name));
    const table = aggregate(file, ['--by=claim_type']);
    const got = table.trimEnd().split('\n').slice(1).sort().join('\n');
    same(got, wantedSums, `hc-aggregate reads ${name}`);
}
{
    const file = path.join(folder, 'passed-on.arrow');
    fs.writeFileSync(file, arrow.tableToIPC(ours.select(['adjustment', 'paid', 'line']), 'file'));
    const cells = aggregate(file, []).trimEnd().split('\n').at(-1).split(',');
    same(cells.at(-1).replace('.', '').replace(/^(-?)0+(?=\d)/, '$1'), ourPaid,
         'what apache-arrow passes on of our stream adds up to the same');
}
{
    const doubles = path.join(folder, 'doubles.arrow');
    fs.writeFileSync(doubles, arrow.tableToIPC(arrow.tableFromArrays({
        adjustment: pick('adjustment'), paid: Float64Array.from(pick('paid'))}), 'file'));
    const got = aggregate(doubles, []);
    ok(/^status 65: .*paid.*double/.test(got) && got.includes('hint:'),
       `doubles for money are refused by name: ${got.split('\n')[0]}`);
    const packed = path.join(folder, 'lz4.arrow');
    fs.writeFileSync(packed, frame.writeIPC({compression: 'lz4'}));
    ok(/^status 65: .*LZ4/.test(aggregate(packed, [])), 'LZ4 is refused by name');
    const untrusted = spawnSync(path.join(tools, 'hc-aggregate'),
        ['--measure=lines', path.join(folder, 'polars-file.arrow')]);
    ok(untrusted.status === 65 && String(untrusted.stderr).includes('--trust-input'),
       'without --trust-input a foreign file is refused, with a hint');
}

console.log(`1..${count}`);
process.exitCode = failed ? 1 : 0;
