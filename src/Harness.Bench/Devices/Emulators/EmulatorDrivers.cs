namespace Harness.Bench.Devices.Emulators;

/// <summary>The programs that run boards on this machine, by the names that their classes declare.</summary>
public static class EmulatorDrivers
{
    private static readonly SortedDictionary<string, EmulatorDriver> ByName = new(
        DeclaredNames.Types<EmulatorDriverAttribute>([typeof(EmulatorDrivers).Assembly], a => a.Name)
            .ToDictionary(pair => pair.Key, pair => (EmulatorDriver)Activator.CreateInstance(pair.Value.Member)!),
        StringComparer.Ordinal);

    /// <summary>The names, in alphabetical order: every other driver of a board opens a line.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>A driver by its name; null if none has it.</summary>
    public static EmulatorDriver? Find(string name) => ByName.GetValueOrDefault(name);
}
