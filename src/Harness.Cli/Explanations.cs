using Harness.Bench;
using Harness.Mqtt;
using Harness.Record;
using Harness.Reporting;
using Harness.Sessions.Accounts;

namespace Harness.Cli;

/// <summary>Errors that a user can mend, in words, with the exit status they stand for.</summary>
internal static class Explanations
{
    /// <summary>What to print and return; null where the error is the harness's own and its stack trace is worth more.</summary>
    public static (string Text, int ExitCode)? Of(Exception error) =>
        InWords(error) is { } said ? (TerminalText.Printable(said.Text), said.ExitCode) : null;

    private static (string Text, int ExitCode)? InWords(Exception error) => error switch
    {
        RigFileException e => ($"{e.Message}{Next(e.NextCommand)}", ExitCodes.Usage),
        AccountFileException or Timing.BaselineException => (error.Message, ExitCodes.Usage),
        Plugins.PluginException or DeclarationException => (error.Message, ExitCodes.Usage),
        RecordException => (error.Message, ExitCodes.Usage),
        RigErrorException e => ($"{e.Message}{Next(e.NextCommand)}", ExitCodes.RigBroken),
        UnjudgeableException e => ($"{e.Message}{(e.Add is { } add ? $"; add: {add}" : "")}", ExitCodes.Unjudgeable),
        InconclusiveException e => ($"{e.Message}{Next(e.NextCommand)}", ExitCodes.Inconclusive),
        MqttException or System.Net.Sockets.SocketException => (error.Message, ExitCodes.RigBroken),
        IOException or UnauthorizedAccessException => ($"{error.Message.TrimEnd('.')}; next: df -h, and ls -ld of what it names", ExitCodes.Usage),
        _ => null,
    };

    private static string Next(string? command) => command is null ? "" : $"; next: {command}";
}
