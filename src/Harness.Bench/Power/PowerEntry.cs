namespace Harness.Bench.Power;

/// <summary>The way in which the supply or the reset of a real board is switched (<c>power:</c> of a device).</summary>
/// <param name="By"><c>rts</c>, <c>dtr</c>, <c>gpio</c>, <c>uhubctl</c> or <c>command</c>.</param>
public sealed record PowerEntry(string By)
{
    private static readonly string[] Ways = ["rts", "dtr", "gpio", "uhubctl", "command"];

    /// <summary>True where the line cuts the power while it is high, or asserted; false where low or not asserted.</summary>
    public bool CutsHigh { get; init; }

    /// <summary>Name of the GPIO line; null for another way.</summary>
    public string? Gpio { get; init; }

    /// <summary>Location of the USB hub as uhubctl prints it, <c>1-1</c>; null for another way.</summary>
    public string? Hub { get; init; }

    /// <summary>Port of the hub.</summary>
    public int Port { get; init; }

    /// <summary>Shell command that cuts the power, run in the rig file's folder; null for another way.</summary>
    public string? Off { get; init; }

    /// <summary>Shell command that restores it.</summary>
    public string? On { get; init; }

    internal static PowerEntry Read(RigSection s, IReadOnlyCollection<string> gpio)
    {
        var by = s.Allow("by", "cut", "gpio", "hub", "port", "off", "on").Choice("by", Ways);
        if (by is not ("rts" or "dtr" or "gpio"))
        {
            s.Forbid($"by {by}", "cut");
        }

        foreach (var (way, keys) in (IEnumerable<(string, string[])>)[("gpio", ["gpio"]), ("uhubctl", ["hub", "port"]), ("command", ["off", "on"])])
        {
            if (by != way)
            {
                s.Forbid($"by {by}", keys);
            }
        }

        if (by == "gpio" && !gpio.Contains(s.Text("gpio")))
        {
            throw s.At("gpio", $"{s.Description} names the unknown gpio line \"{s.Text("gpio")}\"{NearestWord.Hint(s.Text("gpio"), gpio)}");
        }

        var (low, high) = by == "gpio" ? ("low", "high") : ("deasserted", "asserted");
        return new PowerEntry(by)
        {
            CutsHigh = by is "rts" or "dtr" or "gpio" && s.Choice("cut", [low, high]) == high,
            Gpio = by == "gpio" ? s.Text("gpio") : null,
            Hub = by == "uhubctl" ? s.Text("hub") : null,
            Port = by == "uhubctl" ? s.Number("port", 1, 32) : 0,
            Off = by == "command" ? s.Text("off") : null,
            On = by == "command" ? s.Text("on") : null,
        };
    }

    /// <summary>The way in words: <c>port 2 of USB hub 1-1 (uhubctl)</c>.</summary>
    public override string ToString() => By switch
    {
        "gpio" => $"GPIO line {Gpio}, {(CutsHigh ? "high" : "low")} cuts",
        "uhubctl" => string.Create(CultureInfo.InvariantCulture, $"port {Port} of USB hub {Hub} (uhubctl)"),
        "command" => "a command",
        _ => $"{By.ToUpperInvariant()} of the serial line, {(CutsHigh ? "asserted" : "deasserted")} cuts",
    };
}
