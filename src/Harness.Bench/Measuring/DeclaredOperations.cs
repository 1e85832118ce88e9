namespace Harness.Bench.Measuring;

/// <summary>A measured operation that some method declares.</summary>
/// <param name="Attribute">Its declaration.</param>
/// <param name="Open">Opens it.</param>
public sealed record DeclaredOperation(MeasuredOperationAttribute Attribute, OpenOperation Open)
{
    /// <summary>The assembly that declares it.</summary>
    public Assembly Assembly => Open.Method.Module.Assembly;

    /// <summary>Gets the parameters of it that depend on the rig or the command.</summary>
    /// <param name="group">The device's group.</param>
    /// <param name="keyBits">Bits of Ks: 80 or 128.</param>
    /// <param name="bytes">Payload bytes.</param>
    /// <returns><c>group p256, 16 bytes</c>; empty for an operation without parameters.</returns>
    public string ParametersOf(string group, int keyBits, int bytes)
    {
        bool Has(OperationParameters parameter) => Attribute.Parameters.HasFlag(parameter);
        return string.Join(", ", new[]
        {
            Has(OperationParameters.Group) ? $"group {group}" : "",
            Has(OperationParameters.KeyBits) ? FormattableString.Invariant($"{keyBits}-bit keys") : "",
            Has(OperationParameters.Bytes) ? FormattableString.Invariant($"{bytes} bytes") : "",
        }.Where(words => words.Length > 0));
    }
}

/// <summary>The measured operations by the names that their methods declare.</summary>
public sealed class DeclaredOperations
{
    private readonly Dictionary<string, DeclaredOperation> _byName;
    private readonly Dictionary<string, string> _former;

    /// <summary>Finds the operations of assemblies.</summary>
    /// <exception cref="DeclarationException">Two declare one name, or a method has another shape than <see cref="OpenOperation"/>.</exception>
    internal DeclaredOperations(IEnumerable<Assembly> assemblies)
    {
        _byName = DeclaredNames.Methods<MeasuredOperationAttribute>(assemblies, a => a.Name)
            .ToDictionary(pair => pair.Key, pair => new DeclaredOperation(pair.Value.Attribute, DeclaredNames.Bind<OpenOperation>(pair.Value.Member)));
        All = [.. _byName.Values.OrderBy(o => o.Attribute.Order).ThenBy(o => o.Attribute.Name, StringComparer.Ordinal)];
        _former = [];
        foreach (var operation in All.Where(o => o.Attribute.Former is not null))
        {
            var former = operation.Attribute.Former!;
            var other = _byName.GetValueOrDefault(former) ?? (_former.TryGetValue(former, out var name) ? _byName[name] : null);
            if (other is not null)
            {
                throw new DeclarationException(
                    $"two declare the measured operation name \"{former}\", one of them as its former name: {operation.Attribute.Name} in {operation.Assembly.Location} and "
                    + $"{other.Attribute.Name} in {other.Assembly.Location}; one of them must take another name", [operation.Assembly, other.Assembly]);
            }

            _former.Add(former, operation.Attribute.Name);
        }
    }

    /// <summary>Every operation, in the order of lists.</summary>
    public IReadOnlyList<DeclaredOperation> All { get; }

    /// <summary>An operation by its name; null if nobody declares it.</summary>
    public DeclaredOperation? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The name of an operation, whichever of its names was typed.</summary>
    public string NameOf(string typed) => _former.GetValueOrDefault(typed, typed);

    /// <summary>The name that an operation had before; null for none.</summary>
    public string? FormerOf(string name) => Find(name)?.Attribute.Former;

    /// <summary>The name of a primitive in a board's firmware; null if the board has none of its names.</summary>
    /// <param name="name">The operation's name.</param>
    /// <param name="firmware">The names that the board lists.</param>
    public string? FirmwareNameOf(string name, IReadOnlyCollection<string> firmware) => Find(name)?.Attribute.Firmware.FirstOrDefault(firmware.Contains);
}
