namespace Harness.Cli.Commands.Publishing;

/// <summary>The third-party notices of a release: each package with version, licence and text.</summary>
internal static class ThirdPartyNotices
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "THIRD-PARTY-NOTICES.txt";

    private const string RuntimePack = "runtimepack.";

    // What the C compilers link into the firmware images, by Debian package.
    private static readonly string[] _firmwarePackages = ["libnewlib-arm-none-eabi", "gcc-arm-none-eabi", "avr-libc", "gcc-avr"];

    /// <summary>Reads the packages that a published program consists of.</summary>
    /// <param name="dependencies">The program's <c>.deps.json</c>.</param>
    /// <param name="restored">The <c>project.assets.json</c> of its restore, which says where packages are unpacked.</param>
    /// <exception cref="PublishException">A package is missing or has no licence.</exception>
    public static IReadOnlyList<PackageLicence> Packages(string dependencies, string restored)
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(restored));
        var folders = assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        using var deps = JsonDocument.Parse(File.ReadAllBytes(dependencies));
        var packages = new List<PackageLicence>();
        foreach (var library in deps.RootElement.GetProperty("libraries").EnumerateObject())
        {
            if (library.Value.GetProperty("type").GetString() is not ("package" or "runtimepack"))
            {
                continue; // the project's own assemblies
            }

            var (name, version) = library.Name.Split('/') is [var id, var number] ? (id, number) : (library.Name, "");
            name = name.StartsWith(RuntimePack, StringComparison.Ordinal) ? name[RuntimePack.Length..] : name;
            var below = Path.Combine(name.ToLowerInvariant(), version.ToLowerInvariant());
            packages.Add(PackageLicence.Read(name, version, folders.Select(folder => Path.Combine(folder, below)).FirstOrDefault(Directory.Exists) ?? Path.Combine(folders[0], below)));
        }

        return [.. packages.OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Reads the licences of the C libraries in the firmware images, from the Debian packages that they came with.</summary>
    /// <param name="versions">Lines "NAME VERSION" of the packages that are installed.</param>
    /// <param name="documents">Folder of the packages' documents.</param>
    /// <exception cref="PublishException">A package has no copyright file.</exception>
    public static IReadOnlyList<PackageLicence> Firmware(IEnumerable<string> versions, string documents = "/usr/share/doc")
    {
        var known = versions.Select(line => line.Split(' ')).Where(words => words.Length == 2).ToDictionary(words => words[0], words => words[1]);
        return [.. _firmwarePackages.Select(name =>
        {
            var file = Path.Combine(documents, name, "copyright");
            return File.Exists(file)
                ? new PackageLicence(name, known.GetValueOrDefault(name, ""), "see the text", "", null, [("copyright", File.ReadAllText(file))])
                : throw new PublishException($"{name} is part of the firmware images and its licence does not lie at {file}", $"sudo apt-get install --reinstall --no-install-recommends {name}");
        })];
    }

    /// <summary>The Debian packages whose libraries are part of the firmware images.</summary>
    public static IReadOnlyList<string> FirmwarePackages => _firmwarePackages;

    /// <summary>Renders the notices.</summary>
    /// <param name="packages">Packages of the program.</param>
    /// <param name="firmware">Packages of the firmware images.</param>
    /// <param name="ownLicence">The project's LICENSE, an MIT licence, whose terms are printed for packages that name MIT and contain no text.</param>
    public static string Render(IReadOnlyList<PackageLicence> packages, IReadOnlyList<PackageLicence> firmware, string ownLicence)
    {
        var terms = ownLicence[ownLicence.IndexOf("Permission is hereby", StringComparison.Ordinal)..].Trim();
        var text = new StringBuilder("This release contains the following packages of others, each under its own licence.\n\n");
        var width = packages.Concat(firmware).Max(package => package.Name.Length + package.Version.Length + 1);
        List(text, "In the program (bin/):", packages, width);
        List(text, "In the firmware images (rigs/firmware/build/):", firmware, width);
        var printed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var package in packages.Concat(firmware))
        {
            text.Append(new string('=', 80)).Append('\n').Append(package.Name).Append(' ').Append(package.Version).Append('\n');
            foreach (var line in (string?[])[$"Licence: {package.Licence}", package.Copyright, package.Home])
            {
                text.Append(string.IsNullOrEmpty(line) ? "" : line + "\n");
            }

            var texts = package is { Licence: "MIT", Texts.Count: 0 } ? [("terms", terms)] : package.Texts;
            foreach (var (file, content) in texts)
            {
                var body = content.Trim('\uFEFF', '\n', '\r', ' ').Replace("\r\n", "\n", StringComparison.Ordinal);
                text.Append("\n--- ").Append(file).Append('\n');
                text.Append(printed.TryAdd(body, $"{package.Name} above") ? body : $"the same text as of {printed[body]}").Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static void List(StringBuilder text, string title, IReadOnlyList<PackageLicence> packages, int width)
    {
        text.Append(title).Append('\n');
        foreach (var package in packages)
        {
            text.Append("  ").Append($"{package.Name} {package.Version}".PadRight(width + 2)).Append(package.Licence).Append('\n');
        }

        text.Append('\n');
    }
}
