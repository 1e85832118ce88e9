namespace Harness.Bench.Tests.Protocol;

public class TranscriptTests
{
    [Test]
    public void Each_scenario_has_its_file_with_time_direction_and_text()
    {
        using var folder = new TemporaryFolder();
        using var transcript = new Transcript();
        transcript.Sent("0 LOST"u8);
        transcript.Begin(folder.File("one/m4.txt"));
        transcript.Sent("1 SEED seed=0011 *abcd"u8);
        transcript.Received("1 OK t=3 *1234"u8);
        transcript.Note("no-reply: lost");
        Assert.That(transcript.Path, Is.EqualTo(folder.File("one/m4.txt")));
        transcript.Begin(folder.File("two/m4.txt"));
        transcript.Sent("2 ID *abcd"u8);
        transcript.Begin(null);
        transcript.Sent("3 ID *abcd"u8);

        const string at = @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z";
        Assert.Multiple(() =>
        {
            var one = File.ReadAllLines(folder.File("one/m4.txt"));
            Assert.That(one, Has.Length.EqualTo(3));
            Assert.That(one[0], Does.Match($"^{at} > 1 SEED seed=<redacted 2> \\*----$"));
            Assert.That(one[1], Does.Match($"^{at} < 1 OK t=3 \\*1234$"));
            Assert.That(one[2], Does.Match($"^{at} ! no-reply: lost$"));
            Assert.That(File.ReadAllLines(folder.File("two/m4.txt")), Has.Length.EqualTo(1));
        });
    }

    [Test]
    public void A_scenario_in_which_nothing_was_said_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        using var transcript = new Transcript();
        transcript.Begin(folder.File("one/m4.txt"));
        Assert.That(transcript.Path, Is.Null);
        Assert.That(Directory.Exists(folder.File("one")), Is.False);
    }
}
