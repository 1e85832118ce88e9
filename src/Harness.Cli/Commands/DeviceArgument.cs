namespace Harness.Cli.Commands;

/// <summary>A device or role as typed on the command line.</summary>
internal static class DeviceArgument
{
    /// <summary>Finds the device.</summary>
    /// <exception cref="FormatException">The rig has no such device.</exception>
    public static DeviceEntry Find(RigFile rig, string typed)
    {
        var known = rig.Devices.Keys.Concat(rig.Roles.Keys).Distinct().ToList();
        return rig.Find(typed) ?? throw new FormatException(
            $"rig {rig.Name} has no device or role '{typed}'{NearestWord.Hint(typed, known)}; it has {string.Join(", ", known)}; "
            + $"next: ./harness rig show {ShellWord.Quote(ProductPaths.Display(rig.Path))}");
    }
}
