namespace Harness.Bench.Rig;

/// <summary>Reads <c>roles:</c>: a device, or a pool of devices of one kind of which each scenario takes one that is free.</summary>
internal static class RigRoles
{
    /// <summary>Reads roles and pools. Roles that share a pool get different devices of it where it has enough.</summary>
    public static (Dictionary<string, string> Roles, Dictionary<string, IReadOnlyList<string>> Pools) Read(
        RigSection root, Dictionary<string, DeviceEntry> devices, string path)
    {
        var (roles, pools) = (new Dictionary<string, string>(), new Dictionary<string, IReadOnlyList<string>>());
        var section = root.Section("roles", "roles");
        foreach (var (word, keyNode, value) in section?.Entries() ?? [])
        {
            var pool = value is YamlMappingNode ? Pool(section!.Section(word, $"role \"{word}\"")!, devices) : [Known(section!, word, section!.Text(word), devices)];
            if (value is YamlMappingNode)
            {
                pools.Add(word, pool);
            }

            // A role that is also the name of another device would be ambiguous in a feature.
            if (devices.ContainsKey(word) && !(pool.Count == 1 && pool[0] == word))
            {
                throw RigSection.Error(path, keyNode, $"role \"{word}\" has the name of a device but maps to \"{string.Join(", ", pool)}\"");
            }

            roles.Add(word, pool.FirstOrDefault(device => !roles.ContainsValue(device)) ?? pool[0]);
        }

        return (roles, pools);
    }

    private static IReadOnlyList<string> Pool(RigSection role, Dictionary<string, DeviceEntry> devices)
    {
        role.Allow("pool").Require("pool");
        var pool = role.List("pool");
        foreach (var device in pool)
        {
            Known(role, "pool", device, devices);
        }

        if (pool.Count == 0 || pool.Distinct().Count() < pool.Count)
        {
            throw role.At("pool", $"pool of {role.Description} must name at least one device, and each once");
        }

        // A verdict must not depend on the board that happened to be free.
        var kinds = pool.Select(device => Kind(devices[device])).ToList();
        return kinds.FindIndex(kind => kind != kinds[0]) is var other and > 0
            ? throw role.At("pool", $"pool of {role.Description} joins devices of two kinds: {pool[0]} ({kinds[0]}) and {pool[other]} ({kinds[other]})")
            : pool;
    }

    private static string Known(RigSection section, string key, string device, Dictionary<string, DeviceEntry> devices) => devices.ContainsKey(device)
        ? device
        : throw section.At(key, $"{(key == "pool" ? $"pool of {section.Description}" : $"role \"{key}\"")} names the unknown device \"{device}\"{NearestWord.Hint(device, devices.Keys)}");

    private static string Kind(DeviceEntry device) => string.Join(
        ", ", new[] { device.Kind == DeviceKind.Serial ? device.Emulator?.Name ?? device.Line : device.Kind.ToString().ToLowerInvariant(), Path.GetFileName(device.Elf), device.TickUnit, device.Group }.OfType<string>());
}
