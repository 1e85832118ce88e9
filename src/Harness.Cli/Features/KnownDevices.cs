using Harness.Bench;
using Harness.Record;

namespace Harness.Cli.Features;

/// <summary>The devices and roles that a step may name, so that a misspelt one is refused before the run.</summary>
public sealed class KnownDevices
{
    private readonly RigFile? _rig;
    private readonly Lazy<IReadOnlyList<string>> _elsewhere;

    private KnownDevices(RigFile? rig, IEnumerable<string> folders)
    {
        _rig = rig;
        _elsewhere = new Lazy<IReadOnlyList<string>>(() => [.. folders.SelectMany(Rigs).SelectMany(Names).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Those of a rig. A name that another rig beside it or a shipped one has is spelt well: what needs it is inconclusive here.</summary>
    public static KnownDevices Of(RigFile rig)
    {
        ArgumentNullException.ThrowIfNull(rig);
        return new KnownDevices(rig, [Path.GetDirectoryName(Path.GetFullPath(rig.Path))!, ShippedRigs]);
    }

    /// <summary>Those of the shipped rigs and of <c>rigs/</c> here; a rig of one's own may name others, so only a word that is nearly one of them is told.</summary>
    public static KnownDevices AtHand() => new(null, [ShippedRigs, Path.Combine(Directory.GetCurrentDirectory(), "rigs")]);

    private static string ShippedRigs => Path.GetDirectoryName(ProductPaths.DefaultRig)!;

    /// <summary>The words that tell of a name that no rig has; null where it is one.</summary>
    public string? Problem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (_rig?.Find(word) is not null || _elsewhere.Value.Contains(word))
        {
            return null;
        }

        if (_rig is { } rig)
        {
            return $"no device or role \"{word}\" in rig {rig.Name}{NearestWord.Hint(word, Names(rig).Distinct())}";
        }

        // "board2" is a name that many would give a second board; "baord" is none.
        var near = NearestWord.Find(word, _elsewhere.Value);
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
                continue; // it is not the rig of this run, and whoever runs it is told
            }

            yield return rig;
        }
    }
}
