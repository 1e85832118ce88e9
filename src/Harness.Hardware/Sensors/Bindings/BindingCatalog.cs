namespace Harness.Hardware.Sensors.Bindings;

/// <summary>
/// The devices of Iot.Device.Bindings (4.2.0), found by reflection: those that read quantities of UnitsNet or carry its telemetry attributes and stand on a
/// line that a rig can name, and the reason for each other one; and the chips of which the harness has its own driver.
/// </summary>
public static class BindingCatalog
{
    // Classes that give quantities but are no chip on a line: messages of ships, results, other computers.
    private static readonly string[] _s_noChips = ["Iot.Device.Nmea0183", "Iot.Device.Seatalk1", "Iot.Device.Arduino", "Iot.Device.Common"];

    private static readonly ConcurrentDictionary<Type, Binding> _s_described = new();
    private static readonly Lazy<IReadOnlyList<Binding>> _s_all = new(Find);

    /// <summary>All devices of the package that stand on a line or read a quantity, by name.</summary>
    public static IReadOnlyList<Binding> All => _s_all.Value;

    /// <summary>The devices that a rig can name.</summary>
    public static IEnumerable<Binding> Fitting => All.Where(b => b.Fits);

    /// <summary>Finds a device by its name in rig files, or by the package's class name.</summary>
    /// <returns>The device, fitting or not; null for an unknown name.</returns>
    public static Binding? ByName(string name) =>
        SensorChip.All.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase)) is { } chip ? Described(chip.Type, chip) // without a look at the whole package
        : All.FirstOrDefault(b => string.Equals(b.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? All.FirstOrDefault(b => string.Equals(b.Type.Name, name, StringComparison.OrdinalIgnoreCase));

    private static IReadOnlyList<Binding> Find()
    {
        var chips = SensorChip.All.ToDictionary(c => c.Type);
        var bindings = typeof(Iot.Device.Bmxx80.Bme280).Assembly.GetExportedTypes().Union(chips.Keys)
            .Where(t => t is { IsClass: true, IsAbstract: false, IsNested: false, IsGenericTypeDefinition: false, Namespace: { } space } && !_s_noChips.Any(n => space.StartsWith(n, StringComparison.Ordinal)))
            .Where(t => chips.ContainsKey(t) || IsDevice(t))
            .Select(t => Described(t, chips.GetValueOrDefault(t)))
            .ToList();

        // Two classes of one name: the namespace tells them apart.
        var doubled = bindings.GroupBy(b => b.Name).Where(g => g.Count() > 1).SelectMany(g => g).ToHashSet();
        return [.. bindings.Select(b => doubled.Contains(b) ? b with { Name = $"{b.Type.Namespace!.Split('.')[^1].ToLowerInvariant()}-{b.Name}" } : b).OrderBy(b => b.Name, StringComparer.Ordinal)];
    }

    // A device stands on a line; what only holds or computes quantities has other constructors. What an event tells has a device's quantities and the number of its pin.
    private static bool IsDevice(Type type) => !typeof(EventArgs).IsAssignableFrom(type) && (type.GetConstructors().Any(c => c.GetParameters().Any(p =>
        p.ParameterType == typeof(I2cDevice) || p.ParameterType == typeof(SpiDevice) || p.ParameterType == typeof(System.Device.Pwm.PwmChannel)
        || p.ParameterType == typeof(System.Device.Gpio.GpioController) || (p.ParameterType == typeof(int) && p.Name!.Contains("pin", StringComparison.OrdinalIgnoreCase))
        || p.ParameterType == typeof(System.IO.Ports.SerialPort) || p.ParameterType == typeof(Stream) || p.Name is "uartDevice"))
        || BindingMember.Of(type).Count > 0 && type.GetConstructor([]) is not null && typeof(IDisposable).IsAssignableFrom(type));

    private static Binding Described(Type type, SensorChip? chip) => _s_described.GetOrAdd(type, _ => Describe(type, chip));

    private static Binding Describe(Type type, SensorChip? chip)
    {
        var members = BindingMember.Of(type);
        var constructor = BindingConstructor.Of(type, out var reason);
        IReadOnlyList<BindingQuantity> quantities = chip is not null
            ? [.. chip.Ranges.Select(r => new BindingQuantity(r.Quantity, r.Unit))] : [.. members.SelectMany(m => m.Quantities)];
        return new Binding
        {
            Name = chip?.Name ?? type.Name.ToLowerInvariant(),
            Type = type,
            Line = constructor?.Line ?? SensorLine.None,
            Pins = constructor?.Pins ?? [],
            Quantities = quantities,
            Settings = [.. chip?.Settings ?? [], .. constructor?.Settings ?? []],
            Reason = quantities.Count == 0 ? "gives no quantity with a unit, and no telemetry that is a number" : constructor is null ? reason : null,
            Chip = chip,
            Constructor = constructor,
            Members = members,
        };
    }
}
