namespace Harness.Cli.Commands;

/// <summary>The command-line options of everything that leaves a record: <c>--out</c>, <c>--sign</c>, <c>--watch</c>.</summary>
/// <param name="beside">The files beside <c>run.jsonl</c>, in words.</param>
internal sealed class RecordOptions(string beside = "")
{
    private readonly Option<string?> _out = new("--out") { Description = $"the folder for the record{beside} [default: runs/<time>-<id>]" };
    private readonly Option<string?> _sign = SignOption.Create();
    private readonly Option<bool> _watch = new("--watch") { Description = "also serve the run as a page on this machine, at the address that is told at the start" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_out);
        command.Add(_sign);
        command.Add(_watch);
    }

    /// <summary>Reads the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="rigTyped">The rig as typed; null where none was.</param>
    public RecordRequest Read(ParseResult parsed, string? rigTyped) => new(parsed.GetValue(_out), rigTyped, parsed.GetValue(_sign), parsed.GetValue(_watch));
}
