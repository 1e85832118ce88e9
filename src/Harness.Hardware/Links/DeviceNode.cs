namespace Harness.Hardware.Links;

/// <summary>The device behind a name: stable names (<c>/dev/serial/by-id/...</c>) are links, and one device may have several nodes.</summary>
public static class DeviceNode
{
    /// <summary>Gets the node that a name leads to now; the name itself, made absolute, where it is no link.</summary>
    public static string Resolve(string path) => NodePath.Resolve(path);

    /// <summary>Tells whether two names lead to one device now: the same node, or two nodes with the same device number.</summary>
    public static bool AreSame(string one, string other) =>
        NodePath.Resolve(one) == NodePath.Resolve(other)
        || (Libc.TryStat(one, out var a) && Libc.TryStat(other, out var b)
            && (a.IsCharacterDevice && b.IsCharacterDevice ? a.Number == b.Number : a.File == b.File));
}
