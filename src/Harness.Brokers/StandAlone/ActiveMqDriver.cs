using System.Security;

namespace Harness.Brokers.StandAlone;

/// <summary>Starts Debian's ActiveMQ Classic with its MQTT transport alone, on a loopback port and without a store; the instances of the system are not touched.</summary>
internal static class ActiveMqDriver
{
    private const string Kind = "activemq";
    private const string Package = "activemq libmqtt-client-java";
    private const string Jars = "/usr/share/java";

    private static readonly string[] Libraries =
    [
        "activemq-broker", "activemq-client", "activemq-console", "activemq-mqtt", "activemq-spring", "activemq-openwire-legacy", "activemq-jaas", "activemq-protobuf", "commons-logging",
        "geronimo-j2ee-management-1.1-spec", "geronimo-jms_1.1_spec", "geronimo-jta-1.2-spec", "hawtbuf", "hawtdispatch", "hawtdispatch-transport", "jcl-over-slf4j", "mqtt-client", "slf4j-api",
        "slf4j-simple", "spring3-aop", "spring3-beans", "spring3-context", "spring3-core", "spring3-expression", "xbean-spring",
    ];

    /// <summary>Starts it, which takes seconds.</summary>
    /// <exception cref="MqttException">It is not installed, or does not start.</exception>
    [BrokerDriver(
        Kind, Program = Jars + "/activemq-mqtt.jar", Package = Package, Settings = "rights user password_file", Rights = "open password",
        Can = "MQTT 3.1.1, QoS 0 to 2, a user with password; logins on topics; no MQTT 5 and so no enhanced authentication, opens no payloads")]
    public static Task<IMqttBroker> StartAsync(MqttBrokerOptions options, CancellationToken cancellationToken) =>
        DriverStart.RunAsync(options, port => Start(options, port), cancellationToken);

    private static StandAloneParts Start(MqttBrokerOptions options, int port)
    {
        var java = BrokerProcess.Find("java", Package);
        foreach (var needed in new[] { "activemq-mqtt", "mqtt-client" })
        {
            // Debian's MQTT transport needs the client's library, which it only suggests.
            _ = BrokerProcess.Find(Jar(needed), Package);
        }

        DriverStart.RefuseRights(Kind, options.Setup, BrokerRights.Open, BrokerRights.Password);
        var files = new BrokerFiles(Kind, options.Setup.LogFolder);
        var closed = options.Setup.Rights == BrokerRights.Password;
        var service = closed ? StandAloneBroker.ServiceLogin() : null;
        var parts = new StandAloneParts(Kind) { Files = files, Endpoint = new IPEndPoint(options.Address, port), Login = service, ClientLogin = closed ? options.Setup.Login : null };
        try
        {
            const string Name = "activemq.xml";
            files.Write(Name, Settings(options, service, files.At("data"), port));
            parts.Process = BrokerProcess.Start(
                [
                    java, "-Xmx256m", $"-Dactivemq.home={files.Folder}", $"-Dactivemq.base={files.Folder}", $"-Djava.io.tmpdir={files.Folder}", "-XX:-UsePerfData",
                    "-cp", string.Join(':', Libraries.Select(Jar).Where(File.Exists)), "org.apache.activemq.console.Main", "start", $"xbean:file:{Name}", // relative to the folder: a URI takes no blanks and not every letter
                ],
                files.Log(port), new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8" }, files.Folder); // Java reads names of folders by the locale
            return parts;
        }
        catch
        {
            DriverStart.End(parts);
            throw;
        }
    }

    private static string Jar(string library) => $"{Jars}/{library}.jar";

    private static string Settings(MqttBrokerOptions options, BrokerLogin? service, string data, int port)
    {
        var users = service is null ? "" : $"""
            <plugins><simpleAuthenticationPlugin anonymousAccessAllowed="false"><users>{User(service)}{User(options.Setup.Login!)}</users></simpleAuthenticationPlugin></plugins>
            """;
        return string.Create(CultureInfo.InvariantCulture, $"""
            <beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans-2.0.xsd http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
              <broker xmlns="http://activemq.apache.org/schema/core" useJmx="false" brokerName="harness" persistent="false" schedulerSupport="false" dataDirectory="{SecurityElement.Escape(data)}">
                {users}
                <transportConnectors><transportConnector name="mqtt" uri="mqtt://{options.Address}:{port}"/></transportConnectors>
              </broker>
            </beans>

            """);
    }

    private static string User(BrokerLogin login) =>
        $"<authenticationUser username=\"{SecurityElement.Escape(login.User)}\" password=\"{SecurityElement.Escape(System.Text.Encoding.UTF8.GetString(login.Password.Span))}\" groups=\"users\"/>";
}
