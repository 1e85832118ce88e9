namespace Harness.Hardware.Gpio;

/// <summary>Finds the lines that follow a signal, among the inputs that nobody holds. Outputs and lines in use are left alone.</summary>
public static class GpioLineSearch
{
    // Two pulses: a line that changed for a reason of its own follows one by chance, hardly both.
    private static readonly bool[] _s_levels = [false, true, false, true, false];

    /// <summary>Drives a signal high and low, and looks which inputs do the same.</summary>
    /// <param name="chips">The chips to look at, <c>/dev/gpiochipN</c>; one that cannot be opened is passed over.</param>
    /// <param name="drive">Drives the signal, and returns once it has the level.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The lines that had the signal's level each time.</returns>
    public static async Task<IReadOnlyList<(string Chip, int Line)>> FollowersAsync(
        IEnumerable<string> chips, Func<bool, CancellationToken, ValueTask> drive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(chips);
        ArgumentNullException.ThrowIfNull(drive);
        var lines = chips.SelectMany(chip => FreeInputs(chip).Select(line => Take(chip, line))).OfType<TakenLine>().ToList();
        try
        {
            foreach (var level in _s_levels)
            {
                await drive(level, cancellationToken).ConfigureAwait(false);
                foreach (var line in lines)
                {
                    line.Follows &= line.Read() == level;
                }
            }

            return [.. lines.Where(line => line.Follows).Select(line => (line.Chip, line.Number))];
        }
        finally
        {
            lines.ForEach(line => line.Dispose());
        }
    }

    private static List<int> FreeInputs(string chip)
    {
        using var node = Libc.Open(chip, Libc.ReadWrite, out _);
        var info = default(GpioUapi.GpioChipInfo);
        if (node is null || !Libc.Ioctl(node, GpioUapi.ChipInfo, ref info, out _))
        {
            return [];
        }

        var free = new List<int>();
        for (var line = 0; line < info.Lines; line++)
        {
            var asked = new GpioUapi.GpioLineInfo { Offset = (uint)line };
            if (Libc.Ioctl(node, GpioUapi.LineInfo, ref asked, out _) && (asked.Flags & (GpioUapi.Used | GpioUapi.Input)) == GpioUapi.Input)
            {
                free.Add(line);
            }
        }

        return free;
    }

    private static TakenLine? Take(string chip, int line)
    {
        try
        {
            var request = LinuxGpioEdges.Request(line);
            request.Flags = GpioUapi.Input;
            request.EventBufferSize = 0;
            return new TakenLine(chip, line, GpioNode.Request(chip, line, ref request));
        }
        catch (HardwareException)
        {
            return null; // somebody took it meanwhile, or the chip keeps it for itself
        }
    }

    /// <summary>A line that is held as an input while it is looked at.</summary>
    private sealed class TakenLine(string chip, int number, FileDescriptor descriptor) : IDisposable
    {
        public string Chip { get; } = chip;

        public int Number { get; } = number;

        public bool Follows { get; set; } = true;

        public bool? Read()
        {
            var values = new LineValues { Mask = 1 };
            return Libc.Ioctl(descriptor, GpioUapi.GetValues, ref values, out _) ? (values.Bits & 1) != 0 : null;
        }

        public void Dispose() => descriptor.Dispose();
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LineValues
    {
        public ulong Bits;
        public ulong Mask;
    }
}
