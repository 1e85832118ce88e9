using System.Text.Json;

namespace Harness.Record.Tests;

/// <summary>Checks the record's format line by line: a change here is a change of schema.</summary>
public sealed class RunEventJsonTests
{
    private static readonly string[] Golden =
    [
        """{"event":"run-started","seq":1,"at":"2026-03-14T15:09:26.535+00:00","schema":2,"run_id":"20260314-150926-a1b2","harness_version":"0.1.0","rig":"rigs/sim.yaml","rig_name":"sim","features":"features","filter":"@smoke","selected":2,"deselected":[{"id":"features/timing/pi.feature:3","name":"Seals in time","reason":"tagged @hardware, and rig sim has none"}],"host":{"os":"Debian GNU/Linux 12 (bookworm)","kernel":"6.1.0","architecture":"x64","cpu":"Some CPU","cores":2,"runtime":".NET 10.0.0"},"harness_build":"5f1c"}""",
        """{"event":"device-ready","seq":2,"at":"2026-03-14T15:09:26.535+00:00","device":"m4","kind":"serial","driver":"qemu","board":"stm32f405","firmware":"harness-fw 1.0","build":"9f2c11aa","clock_hz":1000000000,"tick_unit":"instructions","provenance":"emulated-instructions","ready_ms":812.5}""",
        """{"event":"scenario-started","seq":3,"at":"2026-03-14T15:09:26.535+00:00","id":"features/handshake/login.feature:12","feature":"Login","name":"The right password","tags":["@req:AUG-1"],"index":1,"of":2}""",
        """{"event":"step-started","seq":4,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","keyword":"Given","text":"\"m4\" is enrolled"}""",
        """{"event":"step-finished","seq":5,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","keyword":"Given","text":"\"m4\" is enrolled","status":"passed","duration_ms":1.25}""",
        """{"event":"sample-taken","seq":6,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","device":"m4","operation":"seal","value":16900,"unit":"instructions","clock":"device","provenance":"emulated-instructions"}""",
        """{"event":"budget-judged","seq":7,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","device":"m4","operation":"seal","statistic":"max","n":3,"observed":16900,"limit":20000,"unit":"instructions","provenance":"emulated-instructions","verdict":"pass","reason":"none"}""",
        """{"event":"fault-seen","seq":8,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","device":"m4","fault":"crc","detail":"expected 29b1, saw 0000"}""",
        """{"event":"note-taken","seq":9,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","text":"µ < é"}""",
        """{"event":"scheme-stated","seq":10,"at":"2026-03-14T15:09:26.535+00:00","scheme":"mqtt-auth","label":"as reconstructed","group":"papers","choose":"when tokens matter"}""",
        """{"event":"cell-stated","seq":11,"at":"2026-03-14T15:09:26.535+00:00","scheme":"mqtt-auth","label":"as reconstructed","claim":"A","aspect":"leaked","paper":true,"expected":"broken","own_reading":true,"attacks":["a-leaked-token"],"known":2}""",
        """{"event":"attack-ended","seq":12,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","scheme":"mqtt-present","label":"as described","claim":"DI","aspect":"wire","attack":"di-flip-wire","summary":"flips a bit of a payload","adversary":"on the wire","won":true,"evidence":"the subscriber took 3 of 1000","control":"payloads in clear","control_won":false,"control_evidence":"none taken","seed":7,"reference":"paper section 5","paper":true,"expected":"broken","own_reading":true,"capture":"captures/di.pcapng","publisher":"m4","subscriber":"host"}""",
        """{"event":"finding-judged","seq":13,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","finding":"ecb-patterns","scheme":"mqtt-present","label":"as described","words":"equal blocks look equal","repair":"a mode with a nonce","shown":true,"evidence":"blocks 1 and 2","repaired":true,"repair_evidence":"no equal blocks"}""",
        """{"event":"cost-counted","seq":14,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","scheme":"mqtt-present","label":"as described","party":"publisher","device":"m4","phase":"handshake","hashes":1,"exponentiations":2,"ciphers":3,"sha256_blocks":4,"cipher_blocks":5,"formula":"6 Th + 4 Tex + 6 Ted"}""",
        """{"event":"samples-summarized","seq":15,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","device":"m4","operation":"seal","n":1000,"min":1,"p50":2,"p99":3,"max":4,"is_exact":true,"unit":"instructions","clock":"device","provenance":"emulated-instructions","file":"samples.csv"}""",
        """{"event":"message-cost","seq":16,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","scheme":"mqtt-present","label":"as described","device":"m4","bytes":16,"n":3,"seal":1000,"open":2000.5,"unit":"instructions","provenance":"emulated-instructions","wire_bytes":40,"plain_wire_bytes":32,"reason":"none"}""",
        """{"event":"scheme-footprint","seq":17,"at":"2026-03-14T15:09:26.535+00:00","scenario":"features/handshake/login.feature:12","scheme":"augmqtt","label":"as described","device":"m4","board":"stm32f405","build":"01234567","flash":60000,"own_flash":7000,"ram":16000,"own_ram":100,"sizes_reason":"none","group":"p256","stack":6000,"stack_reserved":16384,"provenance":"emulated-instructions","stack_reason":"none","reason":"none"}""",
        """{"event":"scenario-finished","seq":18,"at":"2026-03-14T15:09:26.535+00:00","id":"features/handshake/login.feature:12","name":"The right password","verdict":"rig-error","duration_ms":20,"failure":{"phase":"when","step":"When \"m4\" logs in","item":"link of m4","expected":"a reply","seen":"silence","unit":"ms","next_command":"./harness doctor","at":"features/a.feature:7","add":"Given m4 is ready"},"transcripts":["transcripts/m4.txt"]}""",
        """{"event":"files-kept","seq":19,"at":"2026-03-14T15:09:26.535+00:00","files":[{"name":"transcripts/m4.txt","bytes":7,"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}""",
        """{"event":"run-finished","seq":20,"at":"2026-03-14T15:09:26.535+00:00","verdict":"rig-error","exit_code":3,"passed":1,"failed":2,"inconclusive":3,"rig_errors":4,"unjudgeable":6,"aborted":5,"duration_ms":30}""",
        """{"event":"record-signed","seq":21,"at":"2026-03-14T15:09:26.535+00:00","algorithm":"ECDSA-P256-SHA256","public_key":"cHVibGlj","signature":"c2lnbmVk"}""",
    ];

    [Test]
    public void Every_kind_is_written_as_documented()
    {
        using var folder = new TemporaryFolder();
        WriteEachKind(folder);
        Assert.That(File.ReadAllText(folder.Record), Is.EqualTo(Chained(Golden)));
    }

    [Test]
    public void Every_kind_reads_back_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        WriteEachKind(folder);
        var written = Any.OfEachKind();
        var read = RecordReader.Read(folder.Record).ToArray();
        Assert.That(read, Has.Length.EqualTo(written.Count));
        for (var i = 0; i < read.Length; i++)
        {
            var expected = written[i] with { Seq = i + 1, At = Any.At, Previous = read[i].Previous };
            Assert.That(read[i].GetType(), Is.EqualTo(expected.GetType()));
            Assert.That(JsonSerializer.Serialize<object>(read[i]), Is.EqualTo(JsonSerializer.Serialize<object>(expected)));
        }
    }

    [Test]
    public void Every_kind_of_event_has_a_name_in_the_record()
    {
        var kinds = typeof(RunEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(RunEvent)) && t != typeof(UnknownEvent));
        Assert.That(Any.OfEachKind().Select(e => e.GetType()), Is.EquivalentTo(kinds));
    }

    [Test]
    public void Every_word_of_every_enum_reads_back([Values] Unit unit, [Values] ClockKind clock, [Values] Provenance provenance)
    {
        using var folder = new TemporaryFolder();
        using (var writer = RecordWriter.Create(folder.Path))
        {
            writer.Write(Any.Sample(1) with { Unit = unit, Clock = clock, Provenance = provenance });
        }

        var read = (SampleTaken)RecordReader.Read(folder.Record).Single();
        Assert.That((read.Unit, read.Clock, read.Provenance), Is.EqualTo((unit, clock, provenance)));
    }

    [Test]
    public void Reports_and_record_use_the_same_words()
    {
        Assert.That(Enum.GetValues<Verdict>().Select(v => v.Word()), Is.EqualTo(new[] { "pass", "inconclusive", "fail", "rig-error", "unjudgeable", "aborted" }));
        Assert.That(
            Enum.GetValues<Provenance>().Select(p => p.Word()),
            Is.EqualTo(new[] { "hardware", "emulated-cycles", "emulated-instructions", "host", "unknown" }));
        Assert.That(Enum.GetValues<ClockKind>().Select(c => c.Word()), Is.EqualTo(new[] { "device", "trigger", "host" }));
    }

    /// <summary>The lines, each but the first with the hash of the one before, computed by the definition of src/Harness.Record/RECORD.md alone.</summary>
    private static string Chained(IEnumerable<string> lines)
    {
        var (text, previous) = (new StringBuilder(), "");
        foreach (var line in lines)
        {
            var whole = (previous.Length == 0 ? line : line.Replace("+00:00\",", $"+00:00\",\"previous\":\"{previous}\",", StringComparison.Ordinal)) + "\n";
            previous = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)));
            text.Append(whole);
        }

        return text.ToString();
    }

    private static void WriteEachKind(TemporaryFolder folder)
    {
        using var writer = RecordWriter.Create(folder.Path, new FakeTimeProvider(Any.At));
        foreach (var e in Any.OfEachKind())
        {
            writer.Write(e);
        }
    }
}
