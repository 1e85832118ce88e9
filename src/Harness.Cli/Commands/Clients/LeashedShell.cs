namespace Harness.Cli.Commands.Clients;

/// <summary>
/// A command line in a session of its own, by /bin/sh. It ends with everything that it started when the harness ends, also by SIGKILL: the shell kills its session when
/// the end of its standard input comes. A line there asks the session to end by SIGTERM. Its exit status is the command's.
/// </summary>
internal static class LeashedShell
{
    // Handlers, unlike ignored signals, are not inherited: the command gets SIGTERM as it always does.
    private const string Leash =
        """
        trap : TERM
        exec 3<&0
        [ -z "$1" ] || exec >>"$1" 2>&1
        /bin/sh -c "$2" </dev/null 3<&- & child=$!
        { trap : TERM; read -r word && kill -TERM 0; while read -r word; do :; done; kill -KILL 0; } <&3 >/dev/null 2>&1 & watch=$!
        while :; do wait "$child"; status=$?; kill -0 "$child" 2>/dev/null || break; done
        kill -KILL "$watch"
        exit "$status"
        """;

    /// <summary>Tells how to start one; the standard input must be closed to end it.</summary>
    /// <param name="command">The command for /bin/sh.</param>
    /// <param name="log">Takes what it prints; null for the outputs of the process.</param>
    public static ProcessStartInfo Of(string command, string? log = null) =>
        new("setsid", ["/bin/sh", "-c", Leash, "command", log ?? "", command]) { RedirectStandardInput = true };
}
