namespace Harness.Bench.Rig;

/// <summary>Names of parity and flow control in rig files.</summary>
public static class RigNames
{
    internal static readonly IReadOnlyDictionary<string, SerialParity> Parities = new Dictionary<string, SerialParity>
    {
        ["none"] = SerialParity.None, ["even"] = SerialParity.Even, ["odd"] = SerialParity.Odd,
    };

    internal static readonly IReadOnlyDictionary<string, FlowControl> Flows = new Dictionary<string, FlowControl>
    {
        ["none"] = FlowControl.None, ["rts-cts"] = FlowControl.RtsCts, ["xon-xoff"] = FlowControl.XonXoff,
    };

    /// <summary>Gets the name of a parity.</summary>
    public static string Of(SerialParity parity) => Parities.First(pair => pair.Value == parity).Key;

    /// <summary>Gets the name of a flow control.</summary>
    public static string Of(FlowControl flow) => Flows.First(pair => pair.Value == flow).Key;
}
