namespace Harness.Cli.Commands.Doctor;

/// <summary>Checks of the names of serial lines: a name that changes, and adapters that share one. Everything is read below a root folder.</summary>
internal sealed class SerialChecks(string root = "/")
{
    private const string ById = "dev/serial/by-id";
    private const string ByPath = "dev/serial/by-path";

    /// <summary>Checks the port of a real board.</summary>
    /// <param name="device">The device's name in the rig.</param>
    /// <param name="port">The port as the rig names it.</param>
    /// <returns>A finding where the name may lead to another board; none where it is sound, or not below /dev.</returns>
    public IEnumerable<Finding> Name(string device, string port)
    {
        if (!port.StartsWith("/dev/", StringComparison.Ordinal) || Node(port) is not { } node)
        {
            yield break;
        }

        var component = $"name of {device}";
        if (Twins(node) is { Count: > 0 } twins)
        {
            yield return Finding.Broken(
                component, $"{port} may be either of {string.Join(", ", twins.Prepend(node).Select(n => $"/dev/{n}"))}: the adapters tell the same maker, product and serial number",
                $"port: {PathName(node) ?? "a name below /dev/serial/by-path"}, which says the USB socket");
        }
        else if (port.StartsWith("/dev/tty", StringComparison.Ordinal) && Names(ById, node) is { } stable)
        {
            yield return Finding.Warning(component, $"{port} is given anew at each plugging in", $"port: {stable}");
        }
        else if (port.StartsWith("/dev/serial/by-path", StringComparison.Ordinal) && Names(ById, node) is { } id)
        {
            yield return Finding.Ok(component, $"{port} is the USB socket; the adapter is {id}");
        }
    }

    private string? PathName(string node) => Names(ByPath, node);

    private string? Names(string folder, string node)
    {
        var path = Path.Combine(root, folder);
        return Directory.Exists(path)
            ? Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal).Where(link => Target(link) == node).Select(link => $"/{folder}/{Path.GetFileName(link)}").FirstOrDefault() : null;
    }

    private string? Node(string port)
    {
        var path = Path.Combine(root, port.TrimStart('/'));
        return Path.Exists(path) ? Target(path) : null;
    }

    private static string Target(string path) => Path.GetFileName(new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path);

    // Two adapters without serial numbers of their own get one name below by-id: udev lets the last one win.
    private IReadOnlyList<string> Twins(string node)
    {
        var own = Identity(node);
        var lines = Path.Combine(root, "sys/class/tty");
        return own is null || !Directory.Exists(lines) ? []
            : [.. Directory.EnumerateFileSystemEntries(lines).Select(Path.GetFileName).OfType<string>().Where(other => other != node && Identity(other) == own).Order(StringComparer.Ordinal)];
    }

    // Maker, product, serial number and interface of the USB device that a line belongs to; null for a line that is on no USB.
    private string? Identity(string node)
    {
        // A pseudo-terminal is in no class, and an adapter may be unplugged just now.
        var entryOfLine = Path.Combine(root, "sys/class/tty", node);
        if (!Directory.Exists(entryOfLine))
        {
            return null;
        }

        // One link after the other: each is relative to the place where it really lies.
        var line = Real(entryOfLine);
        var device = Path.Combine(line, "device");
        if (!Directory.Exists(device))
        {
            return null;
        }

        var entry = "";
        for (var folder = Real(device); folder is { Length: > 1 }; folder = Path.GetDirectoryName(folder))
        {
            if (entry.Length == 0 && File.Exists(Path.Combine(folder, "bInterfaceNumber")))
            {
                entry = Text(folder, "bInterfaceNumber");
            }

            if (File.Exists(Path.Combine(folder, "idVendor")))
            {
                return $"{Text(folder, "idVendor")}:{Text(folder, "idProduct")}:{Text(folder, "serial")}:{entry}";
            }
        }

        return null;
    }

    private static string Real(string folder)
    {
        var link = new DirectoryInfo(folder);
        try
        {
            return (link.ResolveLinkTarget(returnFinalTarget: true) ?? link).FullName;
        }
        catch (IOException)
        {
            return link.FullName; // gone since it was listed
        }
    }

    private static string Text(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // an adapter without a serial number has no such file
        }
    }
}
