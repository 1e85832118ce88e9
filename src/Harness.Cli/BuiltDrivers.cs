using Harness.Adversary.Claims;

namespace Harness.Cli;

/// <summary>The drivers that a rig file may name: those of every room that declares some, and of the rig's plugins.</summary>
internal static class BuiltDrivers
{
    /// <summary>The drivers of the rooms alone.</summary>
    public static BenchDrivers Create() => new(typeof(MqttNetBroker).Assembly);

    /// <summary>Loads a rig's plugins, makes their steps and attacks known, and gives the drivers of rooms and plugins; the rig is checked against them.</summary>
    /// <exception cref="PluginException">A plugin cannot be used, or a name in it is taken.</exception>
    /// <exception cref="RigFileException">The rig names a driver that nobody declares.</exception>
    public static BenchDrivers For(RigFile rig)
    {
        var drivers = Include(rig.Plugins);
        drivers.Check(rig);
        return drivers;
    }

    /// <summary>Loads plugins and makes their steps and attacks known.</summary>
    /// <param name="files">Full paths.</param>
    /// <exception cref="PluginException">A plugin cannot be used, or a name in it is taken.</exception>
    public static BenchDrivers Include(IReadOnlyList<string> files)
    {
        var plugins = Plugin.Load(files);
        try
        {
            RefuseSchemes(plugins);
            var drivers = new BenchDrivers([typeof(MqttNetBroker).Assembly, .. plugins.Select(p => p.Assembly)]);
            foreach (var plugin in plugins)
            {
                Attacks.Include(plugin.Assembly);
            }

            SpecFlowHost.Include(plugins);
            return drivers;
        }
        catch (DeclarationException e) when (plugins.FirstOrDefault(p => e.Assemblies.Contains(p.Assembly)) is { } plugin)
        {
            throw new PluginException(plugin.Assembly.Location, e.Message, PluginFile.Build(plugin.Assembly.Location), e);
        }
    }

    /// <summary>Refuses a scheme that a plugin declares: one of another's name, and any other, as broker, boards and vectors would not know it.</summary>
    private static void RefuseSchemes(IReadOnlyList<Plugin> plugins)
    {
        var declared = DeclaredNames.Types<SchemeAttribute>([typeof(SchemeAttribute).Assembly, .. plugins.Select(p => p.Assembly)], a => a.Name);
        foreach (var (name, scheme) in declared.Where(d => d.Value.Member.Assembly != typeof(SchemeAttribute).Assembly))
        {
            throw new DeclarationException($"declares the scheme \"{name}\" ({scheme.Member.FullName}), but a plugin brings no scheme: brokers, boards and vectors would not know it", [scheme.Member.Assembly]);
        }
    }
}
