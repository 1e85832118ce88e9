namespace Harness.Cli;

/// <summary>Explains errors that a user can fix, with their exit codes.</summary>
internal static class Explanations
{
    /// <summary>Gets the text to print and the exit code; null for a fault of the harness itself, which keeps its stack trace.</summary>
    public static (string Text, int ExitCode)? Of(Exception error) =>
        InWords(error) is { } said ? (ForeignText.Line(said.Text), said.ExitCode) : null;

    private static (string Text, int ExitCode)? InWords(Exception error) => error switch
    {
        RigFileException e => ($"{e.Message}{Next(e.NextCommand)}", ExitCodes.Usage),
        AccountFileException or Harness.Timing.Baselines.BaselineException => (error.Message, ExitCodes.Usage),
        Plugins.PluginException or DeclarationException => (error.Message, ExitCodes.Usage),
        RecordException or Harness.Lab.History.HistoryException => (error.Message, ExitCodes.Usage),
        RigErrorException e => ($"{e.Message}{Next(e.NextCommand)}", ExitCodes.RigBroken),
        UnjudgeableException e => ($"{e.Message}{(e.Add is { } add ? $"; add: {add}" : "")}", ExitCodes.Unjudgeable),
        InconclusiveException e => ($"{e.Message}{Next(e.NextCommand)}", ExitCodes.Inconclusive),
        MqttException or System.Net.Sockets.SocketException => (error.Message, ExitCodes.RigBroken),
        IOException or UnauthorizedAccessException => ($"{error.Message.TrimEnd('.')}; next: df -h, and ls -ld of what it names", ExitCodes.Usage),
        _ => null,
    };

    private static string Next(string? command) => command is null ? "" : $"; next: {command}";
}
