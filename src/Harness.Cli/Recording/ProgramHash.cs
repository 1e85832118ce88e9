using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Harness.Cli.Recording;

/// <summary>The hash of this program: any change of its sources gives another, and the same sources give the same in whatever folder they were built.</summary>
internal static class ProgramHash
{
    private static readonly Lazy<string?> _hash = new(Compute);

    /// <summary>16 hex digits; null where the program's files cannot be read.</summary>
    public static string? Value => _hash.Value;

    // The compiler puts a hash of what it compiled into each assembly.
    private static string? Compute()
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var files = Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Where(IsOwn).Order(StringComparer.Ordinal).ToList();
            foreach (var file in files)
            {
                using var assembly = new PEReader(File.OpenRead(file));
                var metadata = assembly.GetMetadataReader();
                hash.AppendData(metadata.GetGuid(metadata.GetModuleDefinition().Mvid).ToByteArray());
            }

            return files.Count == 0 ? null : Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsOwn(string file) =>
        Path.GetFileName(file) is var name && (name == "harness.dll" || (name.StartsWith("Harness.", StringComparison.Ordinal) && !name.Contains("Tests", StringComparison.Ordinal)));
}
