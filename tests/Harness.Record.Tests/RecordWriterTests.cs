namespace Harness.Record.Tests;

public sealed class RecordWriterTests : TemporaryFolderTests
{
    [Test]
    public void An_event_is_in_the_file_when_Write_returns()
    {
        using var writer = RecordWriter.Create(_folder.Path);
        for (var i = 1; i <= 5; i++)
        {
            writer.Write(Any.Sample(i));
            Assert.That(RecordReader.Read(_folder.Record).Count(), Is.EqualTo(i));
        }
    }

    [Test]
    public void Each_event_is_one_write()
    {
        Needs.That(File.Exists("/proc/thread-self/io"), "a kernel that counts a thread's writes (/proc/thread-self/io)", "run this test on a kernel with CONFIG_TASK_IO_ACCOUNTING");
        using var writer = RecordWriter.Create(_folder.Path);
        writer.Write(Any.Started());
        var before = WritesOfThisThread();
        for (var i = 0; i < 100; i++)
        {
            writer.Write(Any.Sample(i));
        }

        Assert.That(WritesOfThisThread() - before, Is.EqualTo(100));
    }

    [Test]
    public void Events_of_many_threads_are_whole_numbered_and_in_order()
    {
        const int Threads = 8, Each = 250;
        using (var writer = RecordWriter.Create(_folder.Path))
        {
            var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
            {
                for (var i = 0; i < Each; i++)
                {
                    writer.Write(Any.Note($"{t}:{i}"));
                }
            })).ToArray();
            Array.ForEach(threads, t => t.Start());
            Array.ForEach(threads, t => Assert.That(t.Join(TimeSpan.FromSeconds(30))));
        }

        var events = RecordReader.Read(_folder.Record).Cast<NoteTaken>().ToArray();
        Assert.That(events.Select(e => e.Seq), Is.EqualTo(Enumerable.Range(1, Threads * Each)));
        Assert.That(events.Select(e => e.Text).Distinct().Count(), Is.EqualTo(Threads * Each));
    }

    [Test]
    public void The_time_is_stamped_where_it_is_left_out_and_kept_in_UTC_where_not()
    {
        var local = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));
        using (var writer = RecordWriter.Create(_folder.Path, new FakeTimeProvider(Any.At)))
        {
            writer.Write(Any.Note("a"));
            writer.Write(Any.Note("b") with { At = local });
        }

        var read = RecordReader.Read(_folder.Record).ToArray();
        Assert.That(read[0].At, Is.EqualTo(Any.At));
        Assert.That(read[1].At, Is.EqualTo(local));
        Assert.That(read[1].At.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [TestCase("two\nlines\r\n")]
    [TestCase("nul \0 bell \a escape \u001b[31m")]
    [TestCase("\u2028 \u0085 \ufeff \U0001f600")]
    public void Any_text_stays_one_line_and_reads_back(string text)
    {
        Write(Any.Note(text));
        Assert.That(File.ReadAllBytes(_folder.Record).Count(b => b == '\n'), Is.EqualTo(1));
        Assert.That(((NoteTaken)RecordReader.Read(_folder.Record).Single()).Text, Is.EqualTo(text));
    }

    [Test]
    public void Half_a_surrogate_does_not_break_the_line()
    {
        Write(Any.Note("a\ud800b"));
        Assert.That(((NoteTaken)RecordReader.Read(_folder.Record).Single()).Text, Is.EqualTo("a\ufffdb"));
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(1e-300)]
    [TestCase(9007199254740993)]
    public void Any_number_reads_back(double value)
    {
        Write(Any.Sample(value));
        Assert.That(((SampleTaken)RecordReader.Read(_folder.Record).Single()).Value, Is.EqualTo(value));
    }

    [Test]
    public void A_full_disk_says_path_cause_and_next_command()
    {
        File.CreateSymbolicLink(_folder.Record, "/dev/full");
        using var writer = RecordWriter.Create(_folder.Path);
        var e = Assert.Throws<RecordException>(() => writer.Write(Any.Started()));
        Assert.That(e.Path, Is.EqualTo(_folder.Record));
        Assert.That(e.Message, Does.StartWith(_folder.Record).And.Contains("No space left").And.Contains($"df -h '{_folder.Path}'").And.Contains("--out"));
        Assert.That(() => writer.Write(Any.Started()), Throws.TypeOf<RecordException>(), "it stays full");
    }

    [Test]
    public void A_folder_that_is_not_there_says_so()
    {
        var gone = Path.Combine(_folder.Path, "gone");
        var e = Assert.Throws<RecordException>(() => RecordWriter.Create(gone));
        Assert.That(e.Message, Does.StartWith(Path.Combine(gone, "run.jsonl")).And.Contains("Next: ls -ld"));
    }

    [Test]
    public void A_read_only_folder_says_so()
    {
        // A file system of the kernel, where not even root, who ignores file modes, can create files.
        var e = Assert.Throws<RecordException>(() => RecordWriter.Create("/proc/self"));
        Assert.That(e.Message, Does.Contain("run.jsonl: cannot be written").And.Contains("Next: ls -ld").And.Contains("--out DIR"));
    }

    [Test]
    public void A_record_is_never_overwritten()
    {
        Write(Any.Started());
        var before = File.ReadAllText(_folder.Record);
        Assert.That(() => RecordWriter.Create(_folder.Path), Throws.TypeOf<RecordException>().With.Message.Contains("never overwritten"));
        Assert.That(File.ReadAllText(_folder.Record), Is.EqualTo(before));
    }

    [Test]
    public void A_link_to_an_older_record_does_not_overwrite_it()
    {
        var elsewhere = Path.Combine(_folder.Path, "elsewhere");
        File.WriteAllText(elsewhere, "{}\n");
        File.CreateSymbolicLink(_folder.Record, elsewhere);
        Assert.That(() => RecordWriter.Create(_folder.Path), Throws.TypeOf<RecordException>().With.Message.Contains("never overwritten"));
    }

    [Test]
    public void Two_writers_cannot_share_a_record()
    {
        using var writer = RecordWriter.Create(_folder.Path);
        Assert.That(() => RecordWriter.Create(_folder.Path), Throws.TypeOf<RecordException>());
        writer.Write(Any.Started());
        Assert.That(RecordReader.Read(_folder.Record).Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_disposed_writer_writes_no_more()
    {
        var writer = RecordWriter.Create(_folder.Path);
        writer.Dispose();
        writer.Dispose();
        Assert.That(() => writer.Write(Any.Started()), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void An_event_of_an_unknown_kind_is_not_written()
    {
        using var writer = RecordWriter.Create(_folder.Path);
        Assert.That(() => writer.Write(new UnknownEvent { Kind = "x", Raw = "{}" }), Throws.ArgumentException);
        Assert.That(new FileInfo(_folder.Record).Length, Is.Zero);
    }

    private static long WritesOfThisThread() => long.Parse(
        File.ReadLines("/proc/thread-self/io").Single(l => l.StartsWith("syscw:", StringComparison.Ordinal)).AsSpan("syscw:".Length),
        NumberStyles.AllowLeadingWhite,
        CultureInfo.InvariantCulture);

    private void Write(RunEvent e)
    {
        using var writer = RecordWriter.Create(_folder.Path);
        writer.Write(e);
    }
}
