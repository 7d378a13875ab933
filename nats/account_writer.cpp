// SPDX-License-Identifier: Apache-2.0
#include "nats/account_writer.h"

#include <utility>

#include "nats/account_change.h"

namespace ghboot::nats {

AccountWriter::AccountWriter(Resolver& resolver, KeyPair signer, Clock& clock, Random& random)
    : resolver_(resolver), signer_(std::move(signer)), clock_(clock), random_(random) {}

std::shared_ptr<AccountQueue> AccountWriter::queue_of(std::string_view account) {
  const std::lock_guard lock(mutex_);
  std::erase_if(queues_, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<AccountQueue>& known = queues_[std::string(account)];
  auto queue = known.lock();
  if (!queue) known = queue = std::make_shared<AccountQueue>(clock_);
  return queue;
}

void AccountWriter::submit(std::string_view account, AccountTicket& ticket) {
  const Writing writing{resolver_, signer_, clock_, random_, own_};
  queue_of(account)->submit(ticket, [&](AccountQueue::Batch& batch, const Wait& wait) {
    if (!batch.front()->removes()) return AccountChange(writing, account, batch, wait).run();
    batch.front()->removed = remove_account(writing, account, wait);
  });
}

Result<Change> AccountWriter::create(const AccountClaims& made, Operation if_there, const Wait& wait) {
  AccountTicket ticket{.made = made, .operation = std::move(if_there), .wait = wait};
  submit(made.subject(), ticket);
  return *std::move(ticket.changed);
}

Result<Change> AccountWriter::update(std::string_view account, Operation operation, const Wait& wait) {
  AccountTicket ticket{.operation = std::move(operation), .wait = wait};
  submit(account, ticket);
  return *std::move(ticket.changed);
}

Result<std::vector<std::string>> AccountWriter::remove(std::string_view account, const Wait& wait) {
  AccountTicket ticket{.wait = wait};
  submit(account, ticket);
  return *std::move(ticket.removed);
}

}  // namespace ghboot::nats
