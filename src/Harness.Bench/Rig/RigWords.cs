using Harness.Hardware;

namespace Harness.Bench;

/// <summary>Parity and flow control as rig files spell them.</summary>
public static class RigWords
{
    internal static readonly IReadOnlyDictionary<string, SerialParity> Parities = new Dictionary<string, SerialParity>
    {
        ["none"] = SerialParity.None, ["even"] = SerialParity.Even, ["odd"] = SerialParity.Odd,
    };

    internal static readonly IReadOnlyDictionary<string, FlowControl> Flows = new Dictionary<string, FlowControl>
    {
        ["none"] = FlowControl.None, ["rts-cts"] = FlowControl.RtsCts, ["xon-xoff"] = FlowControl.XonXoff,
    };

    /// <summary>The word of a parity.</summary>
    public static string Of(SerialParity parity) => Parities.First(pair => pair.Value == parity).Key;

    /// <summary>The word of a flow control.</summary>
    public static string Of(FlowControl flow) => Flows.First(pair => pair.Value == flow).Key;
}
