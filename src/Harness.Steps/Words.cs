using System.Globalization;
using Harness.Adversary;
using Harness.Mqtt;

namespace Harness.Steps;

/// <summary>The words that steps share.</summary>
internal static class Words
{
    /// <summary>A role (<c>host</c>, <c>board</c>, <c>second board</c>) or a device's name in the rig.</summary>
    public const string Device = @"(second board|[\w.-]+)";

    /// <summary>A field of the handshake.</summary>
    public const string Field = @"(X|Y|V_C|V_S)";

    /// <summary>A reason code as features write it.</summary>
    public const string Reason = @"0x([0-9A-Fa-f]{2})";

    /// <summary>The field a word means.</summary>
    public static Target Target(string field) => field switch
    {
        "X" => Adversary.Target.X,
        "Y" => Adversary.Target.Y,
        "V_C" => Adversary.Target.ClientProof,
        _ => Adversary.Target.ServerProof,
    };

    /// <summary>The reason code of two hex digits.</summary>
    public static ReasonCode ReasonOf(string hex) => (ReasonCode)byte.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
