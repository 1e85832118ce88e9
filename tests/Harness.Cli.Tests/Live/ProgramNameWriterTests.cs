namespace Harness.Cli.Tests.Live;

/// <summary>Commands in messages can be typed as they stand, also where the program was found in PATH.</summary>
public sealed class ProgramNameWriterTests
{
    [TestCase("harness: stopped; next: ./harness flash f405", "harness: stopped; next: harness flash f405")]
    [TestCase("type ./harness, or ./harness --help", "type harness, or harness --help")]
    [TestCase("(./harness doctor)", "(harness doctor)")]
    [TestCase("/usr/lib/./harness doctor, ./harness/x, ./harness.log", "/usr/lib/./harness doctor, ./harness/x, ./harness.log")]
    public async Task Text_names_the_program_as_it_is_found(string written, string seen)
    {
        var output = new StringWriter();
        await using var writer = new ProgramNameWriter(output, "harness");
        writer.WriteLine(written);
        await writer.WriteLineAsync(written);
        writer.Write(written);
        writer.Write(written.ToCharArray());
        Assert.That(output.ToString(), Is.EqualTo($"{seen}{Environment.NewLine}{seen}{Environment.NewLine}{seen}{seen}"));
    }
}
