using System.Xml.Linq;

namespace Harness.Cli.Commands.Publishing;

/// <summary>A package of a release, with the licence that its own metadata names.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Licence">SPDX expression, name of the file with the text, or address of the text.</param>
/// <param name="Copyright">The copyright line of the metadata, else its authors.</param>
/// <param name="Home">Address of the project; null if the metadata has none.</param>
/// <param name="Texts">Licence and notice files of the package: name and text.</param>
internal sealed record PackageLicence(string Name, string Version, string Licence, string Copyright, string? Home, IReadOnlyList<(string File, string Text)> Texts)
{
    private static readonly string[] _noticeFiles = ["LICENSE", "LICENCE", "NOTICE", "THIRD-PARTY-NOTICES", "COPYING"];

    /// <summary>Reads the metadata of an unpacked NuGet package.</summary>
    /// <param name="name">The package's name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="folder">The folder in which NuGet unpacked it.</param>
    /// <exception cref="PublishException">The package is not there, or has no licence.</exception>
    public static PackageLicence Read(string name, string version, string folder)
    {
        var metadata = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.nuspec").Order(StringComparer.Ordinal).FirstOrDefault() : null;
        if (metadata is null)
        {
            throw new PublishException($"package {name} {version} is part of the release and not unpacked at {folder}", "./harness publish --help, then dotnet nuget locals all --list");
        }

        var values = XDocument.Load(metadata).Descendants().ToLookup(element => element.Name.LocalName);
        string? Value(string element) => values[element].Select(found => found.Value.Trim()).FirstOrDefault(value => value.Length > 0);

        var texts = NoticeFiles(folder).ToList();
        var declared = Value("license");
        var inFile = declared is not null && (string?)values["license"].First().Attribute("type") == "file";
        if (inFile)
        {
            var file = Path.Combine(folder, declared!.Replace('\\', '/'));
            if (!File.Exists(file))
            {
                throw new PublishException($"package {name} {version} names {declared} as its licence and does not contain it", $"ls {ShellWord.Quote(folder)}");
            }

            if (!texts.Exists(text => text.File == declared))
            {
                texts.Add((declared, File.ReadAllText(file)));
            }
        }

        // The address beside a <license> is NuGet's own and says no more than that element.
        var licence = (inFile ? $"see {declared} below" : declared) ?? Value("licenseUrl") ?? texts.Select(text => $"see {text.File} below").FirstOrDefault() ?? throw new PublishException(
            $"package {name} {version} has no licence: {metadata} names none and no licence file lies beside it", "remove the package, or ask its authors");
        return new PackageLicence(name, version, licence, Value("copyright") ?? Value("authors") ?? "", Value("projectUrl"), texts);
    }

    private static IEnumerable<(string File, string Text)> NoticeFiles(string folder) =>
        from path in Directory.EnumerateFiles(folder).Concat(Directory.Exists(Path.Combine(folder, "Licenses")) ? Directory.EnumerateFiles(Path.Combine(folder, "Licenses")) : [])
        where Path.GetExtension(path).ToLowerInvariant() is "" or ".txt" or ".md"
        let below = Path.GetRelativePath(folder, path)
        where below.StartsWith("Licenses", StringComparison.Ordinal) || _noticeFiles.Contains(Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase)
        orderby below.ToUpperInvariant()
        select (below, File.ReadAllText(path));
}
