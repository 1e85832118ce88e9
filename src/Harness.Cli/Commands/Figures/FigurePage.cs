namespace Harness.Cli.Commands.Figures;

/// <summary>One operation of one device.</summary>
/// <param name="Operation">Its name.</param>
/// <param name="Description">Its description.</param>
/// <param name="Count">Ticks of the device; null where the device has no such operation.</param>
/// <param name="IsExact">True where every run took the same.</param>
internal sealed record Figure(string Operation, string Description, double? Count, bool IsExact);

/// <summary>The exact counts of a device.</summary>
/// <param name="Device">Its name in the rig file.</param>
/// <param name="Board">Board and unit in words.</param>
/// <param name="Figures">Its operations.</param>
/// <param name="Logins">The ways it can log in.</param>
internal sealed record DeviceFigures(string Device, string Board, IReadOnlyList<Figure> Figures, IReadOnlyList<LoginCost> Logins);

/// <summary>The page of figures: a table of every operation on every emulated board, without a date or a machine's time, so that the same firmware gives the same page.</summary>
internal static class FigurePage
{
    /// <summary>Writes the page.</summary>
    /// <param name="command">The command that makes it.</param>
    /// <param name="devices">The devices' figures.</param>
    /// <param name="bytes">Payload bytes of seal and open.</param>
    public static string Markdown(string command, IReadOnlyList<DeviceFigures> devices, int bytes)
    {
        var page = new StringBuilder();
        page.AppendLine("# Figures").AppendLine();
        page.AppendLine($"Exact counts of the emulated boards: the same in every run of one firmware. Instructions are QEMU's and say nothing of cycles; cycles are simavr's, as the");
        page.AppendLine($"chip takes them. Payloads have {bytes} bytes; what is marked ~ varies with its input (the median of three runs). Made by");
        page.AppendLine($"`{command}`; any number comes again by `./harness measure OP --device DEVICE`.").AppendLine();
        Head("operation");
        foreach (var operation in devices.SelectMany(d => d.Figures).DistinctBy(f => f.Operation))
        {
            var cells = devices.Select(d => Cell(d.Figures.FirstOrDefault(f => f.Operation == operation.Operation)));
            page.AppendLine($"| `{operation.Operation}`: {operation.Description.Replace("|", "\\|", StringComparison.Ordinal)} | {string.Join(" | ", cells)} |");
        }

        page.AppendLine().AppendLine("## A login").AppendLine();
        page.AppendLine("What a login costs the board itself, from its first message to the last one that it takes; the other end is in this process.").AppendLine();
        Head("login");
        foreach (var login in devices.SelectMany(d => d.Logins).DistinctBy(l => l.Login))
        {
            var cells = devices.Select(d => d.Logins.FirstOrDefault(l => l.Login == login.Login)).Select(l => l is null ? "" : Cell(l.Ticks, l.IsExact));
            page.AppendLine($"| {login.Login} | {string.Join(" | ", cells)} |");
        }

        return page.ToString().ReplaceLineEndings("\n");

        void Head(string first)
        {
            page.AppendLine($"| {first} | {string.Join(" | ", devices.Select(d => $"`{d.Device}`: {d.Board}"))} |");
            page.AppendLine($"|---|{string.Concat(devices.Select(_ => "---:|"))}");
        }
    }

    /// <summary>The operations of a device with its own counter, measured three times each.</summary>
    /// <param name="bench">The bench.</param>
    /// <param name="device">The device.</param>
    /// <param name="bytes">Payload bytes of seal and open.</param>
    /// <param name="told">Takes the name of each operation before it is measured.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(TestBench bench, string device, int bytes, Action<string> told, CancellationToken stop)
    {
        // Three equal counts are complete.
        const int Samples = 3;
        var figures = new List<Figure>();
        foreach (var entry in (await OperationCatalog.ListAsync(bench, device, stop)).Where(entry => entry.HasDeviceClock))
        {
            told(entry.Name);
            try
            {
                var result = await new MeasureRun(bench).RunAsync(
                    new MeasureRequest(device, entry.Name, Samples) { WarmUp = 1, Bytes = bytes, Calibrate = false, RealTime = false }, null, stop);
                double[] values = [.. result.Main.Values.Order()];
                figures.Add(new Figure(entry.Name, entry.Description, values[values.Length / 2], values[0].Equals(values[^1])));
            }
            catch (InconclusiveException)
            {
                figures.Add(new Figure(entry.Name, entry.Description, null, true));
            }
        }

        return figures;
    }

    private static string Cell(Figure? figure) => figure?.Count is not { } count ? "" : Cell(count, figure.IsExact);

    private static string Cell(double count, bool isExact) => (isExact ? "" : "~ ") + count.ToString("#,0", CultureInfo.InvariantCulture);
}
