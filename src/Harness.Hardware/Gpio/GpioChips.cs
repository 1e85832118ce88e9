namespace Harness.Hardware.Gpio;

/// <summary>A GPIO chip of this machine.</summary>
/// <param name="Path">The node, <c>/dev/gpiochip0</c>.</param>
/// <param name="Label">The chip's label: <c>pinctrl-bcm2711</c>; empty where it could not be asked.</param>
/// <param name="Lines">The number of its lines.</param>
/// <param name="Held">Lines in use: offset, the line's name, and who holds it.</param>
/// <param name="Error">The reason why it could not be asked; null where it was.</param>
public sealed record GpioChip(string Path, string Label, int Lines, IReadOnlyList<(int Line, string Name, string Consumer)> Held, string? Error);

/// <summary>Lists the GPIO chips of this machine. It requests no line.</summary>
public static class GpioChips
{
    /// <summary>Gets the chips below a folder, in the order of their names.</summary>
    public static IReadOnlyList<GpioChip> List(string folder = "/dev") => !Directory.Exists(folder)
        ? [] : [.. Directory.EnumerateFileSystemEntries(folder, "gpiochip*").Order(StringComparer.Ordinal).Select(Ask)];

    private static GpioChip Ask(string path)
    {
        using var node = Libc.Open(path, Libc.ReadWrite, out var error);
        var info = default(GpioUapi.GpioChipInfo);
        if (node is null || !Libc.Ioctl(node, GpioUapi.ChipInfo, ref info, out error))
        {
            return new(path, "", 0, [], Libc.Describe(error));
        }

        var held = new List<(int, string, string)>();
        for (var line = 0; line < info.Lines; line++)
        {
            var asked = new GpioUapi.GpioLineInfo { Offset = (uint)line };
            if (Libc.Ioctl(node, GpioUapi.LineInfo, ref asked, out _) && (asked.Flags & GpioUapi.Used) != 0)
            {
                held.Add((line, NameOf(asked), ConsumerOf(asked)));
            }
        }

        return new(path, LabelOf(info), (int)info.Lines, held, null);
    }

    private static unsafe string LabelOf(GpioUapi.GpioChipInfo info) => Text(new ReadOnlySpan<byte>(info.Label, 32));

    private static unsafe string NameOf(GpioUapi.GpioLineInfo info) => Text(new ReadOnlySpan<byte>(info.Name, 32));

    private static unsafe string ConsumerOf(GpioUapi.GpioLineInfo info) => Text(new ReadOnlySpan<byte>(info.Consumer, 32));

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..(bytes.IndexOf((byte)0) is >= 0 and var end ? end : bytes.Length)]);
}
