namespace Harness.Adversary.Claims;

/// <summary>The words that a dictionary attacker tries; passwords of a <see cref="AttackTestbed"/> are among them, or such an attack could never win.</summary>
public static class Dictionary
{
    /// <summary>Number of words: 1,000.</summary>
    public const int Size = 1000;

    private static readonly string[] First = ["sensor", "pump", "valve", "gate", "meter", "boiler", "fan", "motor", "relay", "switch"];
    private static readonly string[] Second = ["admin", "north", "south", "plant", "field", "cellar", "office", "test", "main", "spare"];

    /// <summary>The words, all different, of 10 to 16 ASCII characters: what installers call things, and a digit.</summary>
    public static IReadOnlyList<string> Words { get; } =
        [.. from first in First from second in Second from digit in Enumerable.Range(0, 10) select $"{first}-{second}-{digit}"];

    /// <summary>One of them.</summary>
    public static string Draw(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Words[random.Next(Size)];
    }
}
