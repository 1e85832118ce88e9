using System.Runtime.Loader;

namespace Harness.Cli.Plugins;

/// <summary>An assembly of a lab's own, loaded in this process: step classes, attacks, sensors, links and brokers.</summary>
internal sealed class Plugin
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Plugin> Loaded = [];

    private Plugin(Assembly assembly, PluginUsed used) => (Assembly, Used) = (assembly, used);

    /// <summary>The assembly.</summary>
    public Assembly Assembly { get; }

    /// <summary>Its name, version, hash and file, for the record.</summary>
    public PluginUsed Used { get; }

    /// <summary>Loads plugins; each file is loaded once in the life of the process.</summary>
    /// <param name="files">Full paths.</param>
    /// <exception cref="PluginException">One cannot be used, or two have one name.</exception>
    public static IReadOnlyList<Plugin> Load(IEnumerable<string> files)
    {
        lock (Gate)
        {
            var plugins = new List<Plugin>();
            foreach (var file in files)
            {
                var plugin = Loaded.TryGetValue(file, out var known) ? known : Loaded[file] = LoadOne(file);
                if (plugins.Find(p => p.Used.Name == plugin.Used.Name) is { } twin)
                {
                    throw new PluginException(file, $"is an assembly of the name {plugin.Used.Name}, and so is {twin.Used.Path}", $"ls -l {ShellWord.Quote(file)} {ShellWord.Quote(twin.Used.Path)}");
                }

                plugins.Add(plugin);
            }

            return plugins;
        }
    }

    /// <summary>The plugins among assemblies, with the parts that they played.</summary>
    /// <param name="used">Assemblies and parts, those of the harness too.</param>
    public static IReadOnlyCollection<PluginPart> PartsOf(IEnumerable<(Assembly Assembly, string Part)> used)
    {
        lock (Gate)
        {
            return [.. used.SelectMany(u => Loaded.Values.Where(p => p.Assembly == u.Assembly).Select(p => new PluginPart(p.Used.Name, u.Part))).Distinct()];
        }
    }

    private static Plugin LoadOne(string file)
    {
        PluginFile.Check(file);
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        try
        {
            var assembly = new LoadContext(file).LoadFromAssemblyPath(file);
            _ = assembly.GetTypes();
            var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "unknown";
            return new Plugin(assembly, new PluginUsed(assembly.GetName().Name!, version, hash, ProductPaths.Display(file)));
        }
        catch (ReflectionTypeLoadException e)
        {
            throw new PluginException(file, $"does not fit this harness: {e.LoaderExceptions.OfType<Exception>().First().Message.ReplaceLineEndings(" ")}", PluginFile.Build(file), e);
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException)
        {
            throw new PluginException(file, $"cannot be loaded: {e.Message.ReplaceLineEndings(" ")}", PluginFile.Build(file), e);
        }
    }

    /// <summary>A plugin's own dependencies beside it; what the harness has is the harness's, so that types are the same on both sides.</summary>
    private sealed class LoadContext(string file) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(file))
    {
        private readonly AssemblyDependencyResolver _resolver = new(file);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            PluginFile.IsOfHost(assemblyName.Name) ? null : _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
    }
}
