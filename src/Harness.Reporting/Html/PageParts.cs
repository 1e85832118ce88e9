using System.Security.Cryptography;

namespace Harness.Reporting.Html;

/// <summary>Style, script and licences of the page, embedded in this assembly.</summary>
internal static class PageParts
{
    /// <summary>The style sheet.</summary>
    public static string Style { get; } = Read("page.css");

    /// <summary>Charts, filters and links, built from <c>Page/src</c>.</summary>
    public static string Script { get; } = Read("report.js");

    /// <summary>The licences of what the script contains.</summary>
    public static string Licences { get; } = Read("licences.txt");

    /// <summary>The policy of what the page may load and run: its own style and script, and nothing from any network.</summary>
    public static string SecurityPolicy { get; } =
        $"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)))}'; base-uri 'none'; form-action 'none'";

    private static string Read(string name)
    {
        using var stream = typeof(PageParts).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in this assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
