namespace Harness.Hardware.Native;

/// <summary>Finds the number of a device node, which the packages take where the rig names the node.</summary>
internal static class NodeNumber
{
    /// <summary>Returns N of <c>/dev/i2c-N</c> or <c>/dev/gpiochipN</c>; a link is followed first.</summary>
    /// <exception cref="HardwareException">The node has another name.</exception>
    public static int Of(string node, string prefix)
    {
        var path = NodePath.Resolve(node);
        return path.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(path.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new HardwareException(
                HardwareFailure.Configuration, node, $"{node}: this driver takes only {prefix}N, with N a number.", $"ls -l {prefix}*");
    }
}
