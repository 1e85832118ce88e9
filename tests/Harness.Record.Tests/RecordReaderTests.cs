namespace Harness.Record.Tests;

public sealed class RecordReaderTests : TemporaryFolderTests
{
    [TestCase("{\"event\":\"note-ta", "one that breaks off or is wrong at byte ")]
    [TestCase("nonsense", "one that breaks off or is wrong at byte ")]
    [TestCase("{\"event\":\"note-taken\",\"seq\":2}", "one without 'text'")]
    [TestCase("{\"event\":\"note-taken\",\"seq\":2,\"text\":7}", "one whose \"text\" is no such value")]
    [TestCase("{\"event\":\"note-taken\",\"seq\":2,\"text\":null}", "one whose \"text\" is no such value")]
    [TestCase("{\"event\":\"files-kept\",\"seq\":2,\"files\":[null]}", "one whose list \"files\" has an empty place")]
    [TestCase("{\"event\":\"\\ud800\",\"seq\":2}", "one with half of a character in it")]
    [TestCase("[]", "it has no \"event\"")]
    public void A_line_that_is_no_event_is_told_in_words_of_the_record(string line, string words)
    {
        File.WriteAllText(_folder.Record, line + "\n");
        Assert.That(() => RecordReader.Read(_folder.Record).Count(), Throws.TypeOf<RecordException>().With.Message.Contains($"line 1 is no event of a run record: expected one JSON object, saw: {words}"));
    }

    [Test]
    public void A_record_cut_at_any_byte_gives_every_whole_event_before_the_cut()
    {
        var whole = WholeRecord();
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(_folder.Record, whole[..length]);
            var ends = whole[..length].Count(b => b == '\n');

            // A cut exactly before the line's end leaves the event whole.
            var expected = length < whole.Length && whole[length] == '\n' ? ends + 1 : ends;
            Assert.That(RecordReader.Read(_folder.Record).Count(), Is.EqualTo(expected), $"cut at {length}");
        }
    }

    [Test]
    public void Readable_events_are_read_around_a_damaged_line_and_of_a_newer_schema()
    {
        File.WriteAllText(_folder.Record, """
            {"event":"run-started","seq":1,"at":"2026-03-14T15:09:26+00:00","schema":99,"run_id":"r","harness_version":"9","rig":"r","rig_name":"r","features":"f","selected":1,"host":{"os":"o","kernel":"k","architecture":"a","cpu":"c","cores":1,"runtime":"n"}}
            {"event":"note-taken","seq":2,"at":"2026-03-14T15:0
            {"event":"note-taken","seq":3,"at":"2026-03-14T15:09:26+00:00","text":"after"}

            """);
        var told = new List<string>();
        var events = RecordReader.ReadReadable(_folder.Record, e => told.Add(e.Difference)).ToList();
        Assert.That(events.Select(e => e.Seq), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(told, Has.Count.EqualTo(2).And.ItemAt(0).Contains("schema 99").And.ItemAt(1).Contains("line 2 is no event"));
    }

    [Test]
    public void A_record_from_before_the_verdict_unjudgeable_is_read_as_it_was_written()
    {
        File.WriteAllText(_folder.Record, """
            {"event":"scenario-finished","seq":1,"at":"2026-03-14T15:09:26+00:00","id":"f:1","name":"n","verdict":"rig-error","duration_ms":1,"failure":{"phase":"then","step":"Then x","item":"i","expected":"e","seen":"s"}}
            {"event":"run-finished","seq":2,"at":"2026-03-14T15:09:26+00:00","verdict":"rig-error","exit_code":3,"passed":0,"failed":0,"inconclusive":0,"rig_errors":1,"aborted":0,"duration_ms":2}

            """);
        var events = RecordReader.Read(_folder.Record).ToList();
        Assert.That(((ScenarioFinished)events[0]).Failure, Is.EqualTo(new FailureDetail("then", "Then x", "i", "e", "s", null, null)));
        Assert.That((RunFinished)events[1], Has.Property("Unjudgeable").Zero.And.Property("RigErrors").EqualTo(1));
    }

    [Test]
    public void A_tail_of_zero_bytes_as_a_power_cut_leaves_it_is_a_cut_line()
    {
        var whole = WholeRecord();
        File.WriteAllBytes(_folder.Record, [.. whole, .. new byte[4096]]);
        Assert.That(RecordReader.Read(_folder.Record).Count(), Is.EqualTo(whole.Count(b => b == '\n')));
    }

    [Test]
    public void Lines_longer_than_any_buffer_are_read()
    {
        var text = new string('x', 300_000);
        using (var writer = RecordWriter.Create(_folder.Path))
        {
            writer.Write(Any.Note("before"));
            writer.Write(Any.Note(text));
            writer.Write(Any.Note("after"));
        }

        Assert.That(RecordReader.Read(_folder.Record).Cast<NoteTaken>().Select(n => n.Text), Is.EqualTo(new[] { "before", text, "after" }));
    }

    [TestCase("not json")]
    [TestCase("{}")]
    [TestCase("[1]")]
    [TestCase("null")]
    [TestCase("{\"event\":5}")]
    [TestCase("{\"event\":\"sample-taken\",\"seq\":2}")]
    [TestCase("{\"event\":\"sample-taken\",\"seq\":2,\"at\":\"2026-03-14T15:09:26Z\",\"scenario\":\"s\",\"device\":\"d\",\"operation\":\"o\",\"value\":1,\"unit\":\"furlongs\",\"clock\":\"host\",\"provenance\":\"host\"}")]
    [TestCase("{\"event\":\"run-finished\",\"verdict\":2,\"exit_code\":0}")]
    public void A_bad_line_is_named_with_its_number(string line)
    {
        var whole = Encoding.UTF8.GetString(WholeRecord()).Split('\n', 2);
        File.WriteAllText(_folder.Record, $"{whole[0]}\n{line}\n{whole[1]}");
        Assert.That(
            () => RecordReader.Read(_folder.Record).Count(),
            Throws.TypeOf<RecordException>().With.Message.Contains("line 2").And.Message.Contains($"sed -n 2p '{_folder.Record}'"));
    }

    [Test]
    public void An_event_of_an_unknown_kind_is_kept()
    {
        const string Line = """{"event":"coffee-made","seq":7,"at":"2026-03-14T15:09:26Z","cups":2}""";
        File.WriteAllText(_folder.Record, Line + "\n");
        var e = (UnknownEvent)RecordReader.Read(_folder.Record).Single();
        Assert.That((e.Kind, e.Raw, e.Seq), Is.EqualTo(("coffee-made", Line, 7L)));
        Assert.That(e.At, Is.EqualTo(new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.Zero)));
    }

    [Test]
    public void An_unknown_JSON_member_is_ignored()
    {
        File.WriteAllText(_folder.Record, """{"event":"note-taken","seq":1,"at":"2026-03-14T15:09:26Z","text":"a","colour":"red"}""" + "\n");
        Assert.That(((NoteTaken)RecordReader.Read(_folder.Record).Single()).Text, Is.EqualTo("a"));
    }

    [Test]
    public void The_kind_need_not_come_first()
    {
        File.WriteAllText(_folder.Record, """{"text":"a","event":"note-taken","seq":1,"at":"2026-03-14T15:09:26Z"}""" + "\n");
        Assert.That(((NoteTaken)RecordReader.Read(_folder.Record).Single()).Text, Is.EqualTo("a"));
    }

    [Test]
    public void A_newer_schema_is_refused_before_anything_else_of_it_is_read()
    {
        File.WriteAllText(_folder.Record, """{"event":"run-started","schema":3,"harness_version":"9.9","run_id":{"new":"shape"}}""" + "\n");
        Assert.That(
            () => RecordReader.Read(_folder.Record).Count(),
            Throws.TypeOf<RecordException>().With.Message.Contains("schema 3").And.Message.Contains("harness 9.9").And.Message.Contains("up to schema 2"));
    }

    [Test]
    public void A_run_folder_stands_for_its_record()
    {
        WholeRecord();
        Assert.That(RecordReader.Read(_folder.Path).Count(), Is.EqualTo(Any.OfEachKind().Count));
    }

    [Test]
    public void A_missing_record_says_so_with_the_next_command() => Assert.That(
        () => RecordReader.Read(_folder.Record).Count(),
        Throws.TypeOf<RecordException>().With.Message.Contains("no such run record").And.Message.Contains("Next: ls"));

    [Test]
    public void Something_endless_that_is_no_record_is_given_up() => Assert.That(
        () => RecordReader.Read("/dev/zero").Count(),
        Throws.TypeOf<RecordException>().With.Message.Contains("is longer than"));

    private static IEnumerable<string> Kept() => Directory.EnumerateFiles(Path.Combine(TestContext.CurrentContext.TestDirectory, "Kept"), "*.jsonl");

    [TestCaseSource(nameof(Kept))]
    public void A_kept_record_of_every_earlier_version_is_read_whole(string record)
    {
        var events = RecordReader.Read(record).ToList();
        Assert.That(events, Has.Count.EqualTo(File.ReadAllLines(record).Length).And.None.TypeOf<UnknownEvent>());
        Assert.That(events.Select(e => e.Seq), Is.EqualTo(Enumerable.Range(1, events.Count)));
        Assert.That(events[0], Is.TypeOf<RunStarted>());
        Assert.That(events.OfType<RunFinished>(), Is.Not.Empty);
    }

    [Test]
    public void A_record_of_every_schema_is_kept() => Assert.That(
        Kept().Select(record => ((RunStarted)RecordReader.Read(record).First()).Schema).Distinct(), Is.EquivalentTo(Enumerable.Range(1, RunStarted.CurrentSchema)));

    // What the writer makes goes by a parser of its own; every other form must come to the same by the general one.
    [TestCase("")]
    [TestCase(",\"previous\":\"00ff\"")]
    public void A_sample_is_the_same_by_either_parser(string previous)
    {
        string[] times = ["2026-03-14T15:09:26+00:00", "2026-03-14T15:09:26.5+00:00", "2024-02-29T23:59:59.1234567+00:00"];
        string[] values = ["0", "-1.5", "1E-300", "9007199254740993", "123456789.12345678", "\"NaN\"", "\"-Infinity\""];
        string[] names = ["m4", "µ \U0001f600", "a\\\"b\\\\", "\\u0041"];
        foreach (var (time, value, name) in from time in times from value in values from name in names select (time, value, name))
        {
            var line = $$"""{"event":"sample-taken","seq":7,"at":"{{time}}"{{previous}},"scenario":"{{name}}","device":"{{name}}","operation":"seal","value":{{value}},"unit":"us","clock":"trigger","provenance":"hardware"}""";
            File.WriteAllText(_folder.Record, line + "\n" + line.Replace("{\"event\"", "{ \"event\"", StringComparison.Ordinal) + "\n");
            var read = RecordReader.Read(_folder.Record).ToList();
            Assert.That(read[0], Is.EqualTo(read[1]), line);
        }
    }

    [Test]
    public void A_text_or_list_that_a_line_lacks_is_empty_and_not_null()
    {
        File.WriteAllText(_folder.Record, """{"event":"scenario-finished","seq":2,"id":"a:1","name":"S","verdict":"fail","failure":{"phase":"then"}}""" + "\n");
        var finished = (ScenarioFinished)RecordReader.Read(_folder.Record).Single();
        Assert.That((finished.Transcripts.Count, finished.Failure!.Item, finished.Failure.Step, finished.Plugins), Is.EqualTo((0, "", (string?)null, (IReadOnlyList<string>?)null)));
    }

    [TestCase("2026-02-30T15:09:26+00:00")]
    [TestCase("2026-03-14T25:09:26+00:00")]
    public void A_time_that_there_is_not_is_no_event(string time)
    {
        File.WriteAllText(_folder.Record, $$"""{"event":"sample-taken","seq":7,"at":"{{time}}","scenario":"s","device":"d","operation":"o","value":1,"unit":"us","clock":"host","provenance":"host"}""" + "\n");
        Assert.That(() => RecordReader.Read(_folder.Record).Count(), Throws.TypeOf<RecordException>().With.Message.Contains("line 1 is no event"));
    }

    private byte[] WholeRecord()
    {
        using (var writer = RecordWriter.Create(_folder.Path, new FakeTimeProvider(Any.At)))
        {
            foreach (var e in Any.OfEachKind())
            {
                writer.Write(e);
            }
        }

        return File.ReadAllBytes(_folder.Record);
    }
}
