namespace Harness.Hardware.Links;

/// <summary>Makes the errors of a serial line, so that every message has its remedy.</summary>
internal static class TtyFailure
{
    private const string ListPorts = "ls -l /dev/serial/by-id";

    public static LinkException Opening(string path, Errno error) => error switch
    {
        Errno.NoEntry or Errno.NotADirectory => Missing(path),
        Errno.NoDevice or Errno.NoDeviceOrAddress => new LinkException(
            LinkFailure.Missing, path, $"{path}: the node exists but no device answers behind it; expected a serial line.", ListPorts),
        Errno.AccessDenied or Errno.NotPermitted => NotPermitted(path),
        Errno.Busy => Busy(path),
        Errno.InputOutput => Lost(path, error),
        Errno.IsADirectory => NotATerminal(path, error),
        _ => new LinkException(
            LinkFailure.Configuration, path, $"{path}: cannot be opened: {Libc.Describe(error)}; expected a serial line.", $"ls -l {Shell.Quote(path)}"),
    };

    public static LinkException Lost(string path, Errno error) => new(
        LinkFailure.Vanished,
        path,
        $"{path}: the line is gone ({Libc.Describe(error)}): unplugged, or the emulator ended.",
        path.StartsWith("/dev/pts/", StringComparison.Ordinal) ? "./harness doctor" : ListPorts);

    public static LinkException NotATerminal(string path, Errno error) => new(
        LinkFailure.Configuration,
        path,
        $"{path}: is not a terminal ({Libc.Describe(error)}); expected a serial line or pseudo-terminal.",
        $"ls -l {Shell.Quote(path)}");

    public static LinkException BadBaud(string path, int baud, string seen) => new(
        LinkFailure.Configuration,
        path,
        $"{path}: cannot run at {baud} baud: {seen}; expected for example 115200.",
        $"stty -F {Shell.Quote(path)}");

    /// <summary>Refuses a line whose driver left out parity or flow control: it drops what it cannot do, silently.</summary>
    public static void RefuseDropped(string path, SerialLineSettings wanted, in Termios seen)
    {
        if (seen.Parity != wanted.Parity)
        {
            throw NotOffered(path, "parity", wanted.Parity, seen.Parity);
        }

        if (seen.Flow != wanted.Flow)
        {
            throw NotOffered(path, "flow control", wanted.Flow, seen.Flow);
        }
    }

    private static LinkException NotOffered(string path, string what, Enum wanted, Enum seen) => new(
        LinkFailure.Configuration,
        path,
        $"{path}: its driver does not offer {what} {Word(wanted)}: it was asked for it and stays at {Word(seen)}.",
        $"stty -F {Shell.Quote(path)} -a");

    // Spelled as in rig files: rts-cts, even.
    private static string Word(Enum value) => value is FlowControl flow
        ? flow switch { FlowControl.RtsCts => "rts-cts", FlowControl.XonXoff => "xon-xoff", _ => "none" }
        : value.ToString().ToLowerInvariant();

    private static LinkException Missing(string path)
    {
        var present = Present();
        var seen = present.Count == 0 ? "there is no serial line at all" : $"there are {string.Join(", ", present)}";
        return new LinkException(LinkFailure.Missing, path, $"{path}: no such device; {seen}.", ListPorts);
    }

    private static LinkException NotPermitted(string path)
    {
        var group = NodeGroup.Of(path) ?? "dialout";
        return new LinkException(
            LinkFailure.PermissionDenied,
            path,
            $"{path}: {Environment.UserName} may not open it; its group is {group}. A new membership holds from the next login.",
            $"sudo usermod -aG {group} $USER");
    }

    private static LinkException Busy(string path)
    {
        var holders = DeviceHolders.Find(path);
        return holders.Count == 0
            ? new LinkException(
                LinkFailure.Busy, path, $"{path}: another process holds it; /proc does not tell this user which.", $"sudo fuser -v {Shell.Quote(path)}")
            : new LinkException(
                LinkFailure.Busy,
                path,
                $"{path}: held by {string.Join(", ", holders)}.",
                $"ps -fp {string.Join(',', holders.Select(h => h.ProcessId))}");
    }

    private static List<string> Present()
    {
        string[] sources = ["/dev/serial/by-id/*", "/dev/ttyUSB*", "/dev/ttyACM*"];
        var found = new List<string>();
        foreach (var source in sources)
        {
            var folder = Path.GetDirectoryName(source)!;
            if (Directory.Exists(folder))
            {
                found.AddRange(Directory.EnumerateFileSystemEntries(folder, Path.GetFileName(source)).Order().Take(8));
            }
        }

        return found;
    }
}
