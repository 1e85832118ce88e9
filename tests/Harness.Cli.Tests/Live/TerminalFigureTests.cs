namespace Harness.Cli.Tests.Live;

/// <summary>README's picture of the terminal: a real run on a real pseudo-terminal, as it stands on the screen after more than half of it, drawn as SVG.</summary>
[Category("Long")]
public sealed partial class TerminalFigureTests : WorkFolderTests
{
    private const int Columns = 100;
    private const string Typed = "./harness run features/handshake --rig rigs/posix.yaml --parallel 1";
    private static readonly string _committed = Path.Combine(ProductPaths.Root, "tests", "figures", "terminal.svg");

    private static readonly Dictionary<int, string> _colors = new() { [31] = "#ff8a80", [32] = "#56c271", [33] = "#e3b341", [35] = "#e08cc4", [36] = "#6ec5dc" };

    [Test]
    public async Task The_picture_of_the_terminal_is_that_of_a_run()
    {
        NeedsProgram.Find("script", "bsdutils");
        var command = Typed.Replace("./harness", $"dotnet '{HarnessProcess.Program}'", StringComparison.Ordinal) + " --out r";
        var ended = await HarnessProcess.RunProgramAsync(
            _work.Path, "", "script", "-qec", $"stty cols {Columns} rows 30; TERM=xterm-256color CI= NO_COLOR= HARNESS_HISTORY=off {command}", "/dev/null");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());

        // The picture during a step of the scenario that is two thirds of the way. What .NET says to set the terminal up draws nothing.
        var output = ended.Stdout.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\u001b=", "", StringComparison.Ordinal);
        int End(Match bar) => output.IndexOf('\r', bar.Index);
        var at = Bar().Matches(output).First(bar =>
            int.Parse(bar.Groups["done"].Value, CultureInfo.InvariantCulture) * 3 >= int.Parse(bar.Groups["of"].Value, CultureInfo.InvariantCulture) * 2
            && End(bar) > 0 && output[bar.Index..End(bar)].Contains("\n  When", StringComparison.Ordinal));
        var end = End(at);
        var screen = new Screen(Columns);
        screen.Write(output[..end]);
        var svg = Svg(Typed, screen);

        var made = Path.Combine(Environment.GetEnvironmentVariable("HARNESS_SHOTS") is { Length: > 0 } folder ? folder : _work.Path, "terminal.svg");
        await File.WriteAllTextAsync(made, svg);
        Assert.Multiple(() =>
        {
            Assert.That(svg, Does.Contain("host: ready by in-process").And.Contain("passed").And.Contain(">posix  ").And.Match(@"\[#+\.+\]"));
            Assert.That(Shape(File.ReadAllText(_committed)), Is.EqualTo(Shape(svg)), $"the display changed; next: HARNESS_SHOTS=tests/figures ./harness test --long --filter TerminalFigure");
        });
    }

    // Numbers are of one run and one machine.
    private static string Shape(string svg) => Numbers().Replace(Bars().Replace(svg, "[]"), "0");

    private static string Svg(string typed, Screen screen)
    {
        const int LineHeight = 18;
        const double CharacterWidth = 7.85;
        List<(string Text, string Color)> lines = [($"$ {typed}", "#9aa5b1"), .. screen.Lines.Zip(screen.Colors, (text, color) => (text, _colors.GetValueOrDefault(color, "#e4e8ee")))];
        var (width, height) = ((int)((Math.Max(Columns, lines.Max(line => line.Text.Length)) + 4) * CharacterWidth), (lines.Count + 2) * LineHeight);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"A terminal during a run\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0f1318\"/>\n<g font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"13\" xml:space=\"preserve\">\n");
        for (var i = 0; i < lines.Count; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"16\" y=\"{(i + 2) * LineHeight}\" fill=\"{lines[i].Color}\">{WebUtility.HtmlEncode(lines[i].Text)}</text>\n");
        }

        return svg.Append("</g>\n</svg>\n").ToString();
    }

    [GeneratedRegex(@"\] (?<done>\d+)/(?<of>\d+)")]
    private static partial Regex Bar();

    [GeneratedRegex(@"\[#*\.*\]")]
    private static partial Regex Bars();

    [GeneratedRegex(@"(about )?\d+([.,]\d+)?( min \d+)?( s left)?")]
    private static partial Regex Numbers();
}
