namespace Harness.Hardware.Native;

/// <summary>Stable names (<c>/dev/serial/by-id/...</c>) are links; the kernel knows the node.</summary>
internal static class NodePath
{
    /// <summary>The node behind a name; the name itself, made absolute, where there is no link.</summary>
    public static string Resolve(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Path.GetFullPath(path);
        }
    }
}
