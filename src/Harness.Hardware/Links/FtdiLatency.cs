namespace Harness.Hardware.Links;

/// <summary>The latency timer of FTDI adapters: the milliseconds that may pass before a short reply is handed over (16 from the factory).</summary>
public static class FtdiLatency
{
    private const string Sysfs = "/sys/bus/usb-serial/devices";

    /// <summary>Gets the timer in milliseconds; null when the line is no FTDI adapter (ttyACM lines have no such setting).</summary>
    /// <param name="path">The node or a link to it.</param>
    public static int? Milliseconds(string path) => Milliseconds(path, Sysfs);

    /// <summary>Gets the command to type so that replies come at once; null when there is nothing to gain.</summary>
    /// <param name="path">The node or a link to it.</param>
    public static string? Hint(string path) => Hint(path, Sysfs);

    /// <summary>Gets the file of the timer.</summary>
    /// <param name="path">The node or a link to it.</param>
    public static string File(string path) => TimerFile(path, Sysfs);

    internal static int? Milliseconds(string path, string sysfs)
    {
        try
        {
            var text = System.IO.File.ReadAllText(TimerFile(path, sysfs));
            return int.TryParse(text.AsSpan().Trim(), CultureInfo.InvariantCulture, out var value) ? value : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static string? Hint(string path, string sysfs) =>
        Milliseconds(path, sysfs) > 1 ? $"echo 1 | sudo tee {TimerFile(path, sysfs)}" : null;

    private static string TimerFile(string path, string sysfs) =>
        Path.Combine(sysfs, Path.GetFileName(NodePath.Resolve(path)), "latency_timer");
}
