namespace Harness.Cli.Features;

/// <summary>The devices and roles that a step may name, so that a misspelt one is refused before the run.</summary>
public sealed class KnownDevices
{
    private readonly RigFile? _rig;
    private readonly Lazy<IReadOnlyList<string>> _otherRigs;

    private KnownDevices(RigFile? rig, IEnumerable<string> folders)
    {
        _rig = rig;
        _otherRigs = new Lazy<IReadOnlyList<string>>(() => [.. folders.SelectMany(Rigs).SelectMany(Names).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>
    /// Gets the devices and roles of a rig. A name from another rig in its folder or from a shipped rig is not misspelt: steps that need it are
    /// inconclusive on this rig.
    /// </summary>
    public static KnownDevices Of(RigFile rig)
    {
        ArgumentNullException.ThrowIfNull(rig);
        return new KnownDevices(rig, [Path.GetDirectoryName(Path.GetFullPath(rig.Path))!, ShippedRigs]);
    }

    /// <summary>
    /// Gets the devices and roles of the shipped rigs and of <c>rigs/</c> in the working folder; the user's own rig may name others, so only a word
    /// that nearly matches one of them is reported.
    /// </summary>
    public static KnownDevices OfShippedRigs() => new(null, [ShippedRigs, Path.Combine(Directory.GetCurrentDirectory(), "rigs")]);

    private static string ShippedRigs => Path.GetDirectoryName(ProductPaths.DefaultRig)!;

    /// <summary>Gets the problem text for a name that no rig has; null for a known name.</summary>
    public string? Problem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (_rig?.Find(word) is not null || _otherRigs.Value.Contains(word))
        {
            return null;
        }

        if (_rig is { } rig)
        {
            return $"no device or role \"{word}\" in rig {rig.Name}{NearestWord.Hint(word, Names(rig).Distinct())}";
        }

        // "board2" is a plausible name of a second board; "baord" is a misspelling.
        var near = NearestWord.Find(word, _otherRigs.Value);
        return near is not null && NearestWord.Distance(word, near) <= 2 && !string.Equals(word.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '-', '_'), near, StringComparison.Ordinal)
            ? $"no device or role \"{word}\" in a rig at hand; nearest known: \"{near}\"; next, where it is one of your rig: ./harness steps --check FILE --rig RIG"
            : null;
    }

    private static IEnumerable<string> Names(RigFile rig) => rig.Devices.Keys.Concat(rig.Roles.Keys);

    private static IEnumerable<RigFile> Rigs(string folder)
    {
        IEnumerable<string> files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal) : [];
        foreach (var path in files)
        {
            RigFile rig;
            try
            {
                rig = RigFile.Load(path);
            }
            catch (Exception e) when (e is RigFileException or IOException or UnauthorizedAccessException)
            {
                continue; // not the rig of this run; an error in it is reported when it is run
            }

            yield return rig;
        }
    }
}
