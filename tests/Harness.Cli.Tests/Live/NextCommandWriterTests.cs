namespace Harness.Cli.Tests.Live;

/// <summary>Messages of every command, by whichever way they are written, name the rig that was typed.</summary>
public sealed class NextCommandWriterTests
{
    [TestCase("harness: stopped; next: ./harness flash f405", "harness: stopped; next: ./harness flash --rig 'my rig.yaml' f405")]
    [TestCase("harness: next: ./harness flash --help", "harness: next: ./harness flash --help")]
    [TestCase("harness: next: lsusb", "harness: next: lsusb")]
    public async Task A_message_names_the_typed_rig(string written, string seen)
    {
        var output = new StringWriter();
        await using var writer = new NextCommandWriter(output, "my rig.yaml");
        writer.WriteLine(written);
        await writer.WriteLineAsync(written);
        Assert.That(output.ToString(), Is.EqualTo($"{seen}{Environment.NewLine}{seen}{Environment.NewLine}"));
    }
}
