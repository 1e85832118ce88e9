// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A lab bench inside a virtual machine: a GPIO chip whose lines a program drives and watches, and an I2C bus whose one device a program plays. What
 * the kernel makes of them (interrupts, timestamps, event queues, /dev/gpiochipN, /dev/i2c-N) is the kernel's own.
 *
 *   /dev/lab-pins  write "LINE LEVEL\n": sets an input of the chip. An edge waits until the kernel has queued the one before it on that line, as
 *                  a source does whose edges lie some microseconds apart; "LINE LEVEL!\n" does not wait. A line that a program has as output
 *                  stays as that drives it. read: the level of each line, 0 to 15, as a digit, as a meter on the pins shows it.
 *   /dev/lab-bus   read: waits for a transfer and gives u16 address, u16 bytes written, u16 bytes wanted, then the bytes written.
 *                  write: s16 status (0 or -errno), then the bytes wanted. With nobody here nobody acknowledges.
 *
 * Lines whose bit is set in /sys/module/lab/parameters/cut stay as they are. Chip and bus are devices of their own, to be unbound and bound:
 * /sys/bus/platform/drivers/lab-pins and lab-bus.
 */
#include <linux/gpio/driver.h>
#include <linux/i2c.h>
#include <linux/interrupt.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#define LINES 16
#define MOST 512 /* bytes one way in a transfer */
#define PATIENCE (2 * HZ)

/* ---- the chip ---- */

struct pins {
	struct gpio_chip chip;
	unsigned long levels, outputs, rising, falling;
};

static unsigned int cut; /* a bit a line: its wire is cut, what is written does not reach it */
module_param(cut, uint, 0644);

static DEFINE_MUTEX(pins_gate);
static struct pins *pins; /* null while the chip is unbound */

static int pins_get(struct gpio_chip *chip, unsigned int line)
{
	struct pins *p = gpiochip_get_data(chip);

	return test_bit(line, &p->levels);
}

static int pins_direction(struct gpio_chip *chip, unsigned int line)
{
	struct pins *p = gpiochip_get_data(chip);

	return test_bit(line, &p->outputs) ? GPIO_LINE_DIRECTION_OUT : GPIO_LINE_DIRECTION_IN;
}

static int pins_input(struct gpio_chip *chip, unsigned int line)
{
	struct pins *p = gpiochip_get_data(chip);

	clear_bit(line, &p->outputs);
	return 0;
}

static void pins_set(struct gpio_chip *chip, unsigned int line, int level)
{
	struct pins *p = gpiochip_get_data(chip);

	assign_bit(line, &p->levels, level);
}

static int pins_output(struct gpio_chip *chip, unsigned int line, int level)
{
	struct pins *p = gpiochip_get_data(chip);

	pins_set(chip, line, level);
	set_bit(line, &p->outputs);
	return 0;
}

static int pins_irq_type(struct irq_data *d, unsigned int type)
{
	struct pins *p = gpiochip_get_data(irq_data_get_irq_chip_data(d));

	if (type & ~IRQ_TYPE_EDGE_BOTH)
		return -EINVAL;
	assign_bit(irqd_to_hwirq(d), &p->rising, type & IRQ_TYPE_EDGE_RISING);
	assign_bit(irqd_to_hwirq(d), &p->falling, type & IRQ_TYPE_EDGE_FALLING);
	return 0;
}

static void pins_irq_mask(struct irq_data *d)
{
	gpiochip_disable_irq(irq_data_get_irq_chip_data(d), irqd_to_hwirq(d));
}

static void pins_irq_unmask(struct irq_data *d)
{
	gpiochip_enable_irq(irq_data_get_irq_chip_data(d), irqd_to_hwirq(d));
}

static const struct irq_chip pins_irq = {
	.name = "lab-pins",
	.irq_set_type = pins_irq_type,
	.irq_mask = pins_irq_mask,
	.irq_unmask = pins_irq_unmask,
	.flags = IRQCHIP_IMMUTABLE,
	GPIOCHIP_IRQ_RESOURCE_HELPERS,
};

static int set_level(unsigned int line, int level, bool wait)
{
	struct pins *p;
	unsigned int irq;
	int error = 0;

	mutex_lock(&pins_gate);
	p = pins;
	if (!p) {
		error = -ENODEV;
	} else if (!(READ_ONCE(cut) >> line & 1) && !test_bit(line, &p->outputs) && test_bit(line, &p->levels) != level) {
		irq = irq_find_mapping(p->chip.irq.domain, line);
		if (irq && wait)
			synchronize_irq(irq);
		assign_bit(line, &p->levels, level);
		if (irq && test_bit(line, level ? &p->rising : &p->falling))
			generic_handle_domain_irq_safe(p->chip.irq.domain, line);
	}
	mutex_unlock(&pins_gate);
	return error;
}

static ssize_t pins_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	char text[16], mark;
	unsigned int line, level;
	size_t done = 0, used;
	int error;

	while (done < count) {
		size_t n = min(count - done, sizeof(text) - 1);

		if (copy_from_user(text, from + done, n))
			return -EFAULT;
		text[n] = 0;
		used = strcspn(text, "\n") + 1;
		if (used > n || sscanf(text, "%u %u%c", &line, &level, &mark) != 3 ||
		    line >= LINES || level > 1 || (mark != '\n' && mark != '!'))
			return -EINVAL;
		error = set_level(line, level, mark == '\n');
		if (error)
			return error;
		done += used;
	}
	return count;
}

static ssize_t pins_read(struct file *file, char __user *to, size_t count, loff_t *at)
{
	char text[LINES + 1];
	int line;

	mutex_lock(&pins_gate);
	for (line = 0; line < LINES; line++)
		text[line] = pins && test_bit(line, &pins->levels) ? '1' : '0';
	mutex_unlock(&pins_gate);
	text[LINES] = '\n';
	return simple_read_from_buffer(to, count, at, text, sizeof(text));
}

static const struct file_operations pins_files = { .owner = THIS_MODULE, .read = pins_read, .write = pins_write };
static struct miscdevice pins_node = { .minor = MISC_DYNAMIC_MINOR, .name = "lab-pins", .fops = &pins_files };

static int pins_probe(struct platform_device *device)
{
	struct pins *p = devm_kzalloc(&device->dev, sizeof(*p), GFP_KERNEL);
	struct gpio_irq_chip *irq;
	int error;

	if (!p)
		return -ENOMEM;
	p->chip = (struct gpio_chip){
		.label = "lab", .parent = &device->dev, .owner = THIS_MODULE, .base = -1, .ngpio = LINES,
		.get = pins_get, .get_direction = pins_direction, .direction_input = pins_input,
		.direction_output = pins_output, .set = pins_set,
	};
	irq = &p->chip.irq;
	gpio_irq_chip_set_chip(irq, &pins_irq);
	irq->default_type = IRQ_TYPE_NONE;
	irq->handler = handle_simple_irq;
	error = devm_gpiochip_add_data(&device->dev, &p->chip, p);
	if (error)
		return error;
	mutex_lock(&pins_gate);
	pins = p;
	mutex_unlock(&pins_gate);
	return 0;
}

static int pins_remove(struct platform_device *device)
{
	mutex_lock(&pins_gate);
	pins = NULL;
	mutex_unlock(&pins_gate);
	return 0;
}

static struct platform_driver pins_driver = { .driver.name = "lab-pins", .probe = pins_probe, .remove = pins_remove };

/* ---- the bus ---- */

struct request {
	u16 address, written, wanted;
	u8 bytes[MOST];
};

static struct {
	struct mutex one;       /* one transfer at a time */
	spinlock_t gate;        /* what follows */
	wait_queue_head_t turn;
	enum { IDLE, ASKED, TAKEN, ANSWERED } state;
	bool served;
	struct request request;
	s16 status;
	u8 answer[MOST];
} bus = { .one = __MUTEX_INITIALIZER(bus.one), .gate = __SPIN_LOCK_UNLOCKED(bus.gate), .turn = __WAIT_QUEUE_HEAD_INITIALIZER(bus.turn) };

static bool bus_is(int state)
{
	bool is;

	spin_lock(&bus.gate);
	is = bus.state == state || !bus.served;
	spin_unlock(&bus.gate);
	return is;
}

static int bus_transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
	struct i2c_msg *write = messages[0].flags & I2C_M_RD ? NULL : &messages[0];
	struct i2c_msg *read = messages[count - 1].flags & I2C_M_RD ? &messages[count - 1] : NULL;
	int status = -ENXIO;

	if (count > 2 || (count == 2 && (!write || !read || write->addr != read->addr)) ||
	    (write && write->len > MOST) || (read && read->len > MOST))
		return -EOPNOTSUPP;
	mutex_lock(&bus.one);
	spin_lock(&bus.gate);
	if (bus.served) {
		bus.request.address = messages[0].addr;
		bus.request.written = write ? write->len : 0;
		bus.request.wanted = read ? read->len : 0;
		if (write)
			memcpy(bus.request.bytes, write->buf, write->len);
		bus.state = ASKED;
	}
	spin_unlock(&bus.gate);
	wake_up_all(&bus.turn);
	if (!wait_event_timeout(bus.turn, bus_is(ANSWERED), PATIENCE))
		status = -ETIMEDOUT;
	spin_lock(&bus.gate);
	if (bus.served && bus.state == ANSWERED) {
		status = bus.status ? bus.status : count;
		if (read && !bus.status)
			memcpy(read->buf, bus.answer, read->len);
	}
	bus.state = IDLE;
	spin_unlock(&bus.gate);
	mutex_unlock(&bus.one);
	return status;
}

static u32 bus_can(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static int bus_open(struct inode *inode, struct file *file)
{
	bool busy;

	spin_lock(&bus.gate);
	busy = bus.served;
	bus.served = true;
	spin_unlock(&bus.gate);
	return busy ? -EBUSY : 0;
}

static int bus_release(struct inode *inode, struct file *file)
{
	spin_lock(&bus.gate);
	bus.served = false;
	spin_unlock(&bus.gate);
	wake_up_all(&bus.turn);
	return 0;
}

static ssize_t bus_read(struct file *file, char __user *to, size_t count, loff_t *at)
{
	static struct request taken; /* bus_open lets one in; that one reads from one thread */
	size_t length;

	do {
		if (wait_event_interruptible(bus.turn, bus_is(ASKED)))
			return -ERESTARTSYS;
		spin_lock(&bus.gate);
		length = bus.state == ASKED ? offsetof(struct request, bytes) + bus.request.written : 0;
		if (length) {
			taken = bus.request;
			bus.state = TAKEN;
		}
		spin_unlock(&bus.gate);
	} while (!length);
	return count < length ? -EMSGSIZE : copy_to_user(to, &taken, length) ? -EFAULT : length;
}

static ssize_t bus_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	static u8 answer[sizeof(s16) + MOST];
	ssize_t result = -EINVAL;
	s16 status;

	if (count < sizeof(status) || count > sizeof(answer))
		return -EINVAL;
	if (copy_from_user(answer, from, count))
		return -EFAULT;
	memcpy(&status, answer, sizeof(status));
	spin_lock(&bus.gate);
	if (bus.state != TAKEN) {
		result = -ETIMEDOUT; /* whoever asked has gone */
	} else if (status <= 0 && (status || count == sizeof(status) + bus.request.wanted)) {
		bus.status = status;
		memcpy(bus.answer, answer + sizeof(status), count - sizeof(status));
		bus.state = ANSWERED;
		result = count;
	}
	spin_unlock(&bus.gate);
	wake_up_all(&bus.turn);
	return result;
}

static const struct i2c_algorithm bus_algorithm = { .master_xfer = bus_transfer, .functionality = bus_can };
static const struct file_operations bus_files = { .owner = THIS_MODULE, .open = bus_open, .release = bus_release, .read = bus_read, .write = bus_write };
static struct miscdevice bus_node = { .minor = MISC_DYNAMIC_MINOR, .name = "lab-bus", .fops = &bus_files };

static int bus_probe(struct platform_device *device)
{
	struct i2c_adapter *adapter = devm_kzalloc(&device->dev, sizeof(*adapter), GFP_KERNEL);

	if (!adapter)
		return -ENOMEM;
	adapter->owner = THIS_MODULE;
	adapter->algo = &bus_algorithm;
	adapter->dev.parent = &device->dev;
	strscpy(adapter->name, "lab", sizeof(adapter->name));
	return devm_i2c_add_adapter(&device->dev, adapter);
}

static struct platform_driver bus_driver = { .driver.name = "lab-bus", .probe = bus_probe };

/* ---- both ---- */

static struct platform_device *pins_device, *bus_device;

static void lab_exit(void)
{
	misc_deregister(&bus_node);
	misc_deregister(&pins_node);
	platform_device_unregister(bus_device);
	platform_device_unregister(pins_device);
	platform_driver_unregister(&bus_driver);
	platform_driver_unregister(&pins_driver);
}

static int __init lab_init(void)
{
	int error = platform_driver_register(&pins_driver);

	if (error)
		return error;
	error = platform_driver_register(&bus_driver);
	if (error)
		goto no_bus_driver;
	pins_device = platform_device_register_simple("lab-pins", PLATFORM_DEVID_NONE, NULL, 0);
	error = PTR_ERR_OR_ZERO(pins_device);
	if (error)
		goto no_pins;
	bus_device = platform_device_register_simple("lab-bus", PLATFORM_DEVID_NONE, NULL, 0);
	error = PTR_ERR_OR_ZERO(bus_device);
	if (error)
		goto no_bus;
	error = misc_register(&pins_node);
	if (error)
		goto no_pins_node;
	error = misc_register(&bus_node);
	if (!error)
		return 0;
	misc_deregister(&pins_node);
no_pins_node:
	platform_device_unregister(bus_device);
no_bus:
	platform_device_unregister(pins_device);
no_pins:
	platform_driver_unregister(&bus_driver);
no_bus_driver:
	platform_driver_unregister(&pins_driver);
	return error;
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("GPIO and I2C of a test bench, driven by programs");
